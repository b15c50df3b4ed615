import { createHash } from "node:crypto";
import { readNumbersCsv } from "@ishizue/ledger";
import {
  createPrivacyKey,
  type PrivacyKey,
  privacyRecords,
  pseudonymOf,
  readPrivacyKey,
} from "@ishizue/store";
import type { Collector } from "../collector/collector.ts";
import { CommandFault } from "../fault/fault.ts";

/** Numbers that a list may hold. */
const LISTED = 5_000_000;
/** Numbers whose lines are remembered: a phone has many records, and a hash takes longer than reading one. */
const REMEMBERED = 100_000;

/**
 * What the lines of phone numbers are called in this store, and its records: nothing of them tells a number, unless the
 * profile `full` says so.
 */
export class Numbers {
  /** Of records that became known; '' where the store's own key is used, or none. */
  readonly keyId: string;
  /** Usage that ended until then is of lines under another name. */
  readonly sinceMs: number;
  /** The same for the same names. */
  readonly digest: string;
  private readonly name: (text: string) => string;
  private readonly lineName: (number: string) => string | undefined;
  private readonly lines = new Map<string, string>();

  private constructor(
    name: (text: string) => string,
    lineName: (number: string) => string | undefined,
    details: { keyId?: string; sinceMs?: number; digest?: string },
  ) {
    this.name = name;
    this.lineName = lineName;
    this.keyId = details.keyId ?? "";
    this.sinceMs = details.sinceMs ?? 0;
    this.digest = details.digest ?? "";
  }

  /**
   * Settles how numbers are named: by the list (`number,line`) where there is one, else as the configuration says. The key is
   * made when the store has no records yet.
   *
   * Errors: NUMBERS_IN_CLEAR, NO_NUMBERS_KEY, BAD_NUMBERS, STORE_PRIVACY_KEY.
   */
  static async open(collector: Collector, list?: string): Promise<Numbers> {
    const { config, privacy, store } = collector;
    const { profile } = config.privacy;
    if (config.gateway.numbers === "clear" && profile !== "full") {
      throw new CommandFault(
        "NUMBERS_IN_CLEAR",
        `phone numbers are kept in clear in the profile full alone, and this store is ${profile}`,
        "set gateway.numbers to hash",
      );
    }
    const listed = list === undefined ? undefined : await readList(list);
    const digest = listed?.digest ?? "";
    const lineOf = (number: string): string | undefined => listed?.lines.get(number);
    if (profile === "pseudonymous") {
      const name = (text: string): string => privacy.name(text);
      const keys = new Set((await privacyRecords(store)).map(({ key }) => key));
      const sinceMs = keys.size > 1 ? privacy.sinceMs : 0;
      const lineName = (number: string): string | undefined => {
        const line = listed === undefined ? number : lineOf(number);
        return line === undefined ? undefined : name(line);
      };
      return new Numbers(name, lineName, { sinceMs, digest });
    }
    if (config.gateway.numbers === "clear") {
      const name = (text: string): string => pseudonymOf(text, new Uint8Array());
      return new Numbers(name, listed === undefined ? (number) => number : lineOf, { digest });
    }
    const key = await settleKey(collector);
    const name = (text: string): string => pseudonymOf(text, key.lineKey);
    return new Numbers(name, listed === undefined ? name : lineOf, { keyId: key.id, digest });
  }

  /** Name of a number's line; undefined where the list has none. */
  lineOf(number: string): string | undefined {
    const known = this.lines.get(number);
    if (known !== undefined) return known;
    const line = this.lineName(number);
    if (this.lines.size >= REMEMBERED) this.lines.clear();
    if (line !== undefined) this.lines.set(number, line);
    return line;
  }

  /** 52 bits that tell a record from others, and nothing of it. */
  recordOf(identity: string): number {
    return Number.parseInt(this.name(identity).slice(0, 13), 16);
  }

  /** What `line_usage.source` says. */
  sourceOf(format: string): string {
    return this.keyId === "" ? `gateway:${format}` : `gateway:${format}/${this.keyId}`;
  }
}

/** The key of this store's numbers: that which its records were written with, else a new one. */
async function settleKey({ config, store }: Collector): Promise<PrivacyKey> {
  const { keyFile } = config.gateway;
  const sources = await store.query<{ source: string }>(
    "SELECT DISTINCT u.source AS source FROM line_usage AS u LIMIT 1000",
  );
  const used = new Set(sources.map(({ source }) => source.split("/")[1] ?? "").filter((id) => id !== ""));
  const key = readPrivacyKey(keyFile);
  if (key !== undefined && (used.size === 0 || used.has(key.id))) return key;
  if (key === undefined && used.size === 0) return createPrivacyKey(keyFile);
  throw new CommandFault(
    "NO_NUMBERS_KEY",
    `the store's phone numbers were hashed with the key ${[...used].join(", ")}, and ${keyFile} ${key === undefined ? "is not there" : `has ${key.id}`}`,
    "put the key file back from its copy (gateway.keyFile), or every number would be another line",
  );
}

/** Reads which line a number is. Throws CommandFault BAD_NUMBERS, and LedgerFault of a file that cannot be read. */
async function readList(file: string): Promise<{ lines: Map<string, string>; digest: string }> {
  const lines = new Map<string, string>();
  const sum = createHash("sha256");
  const report = await readNumbersCsv(file, (number, line) => {
    if (lines.size < LISTED) lines.set(number, line);
    sum.update(`${number},${line}\n`);
  });
  const [bad] = report.badRows;
  if (bad !== undefined) {
    const where = `${bad.file}:${bad.line}`;
    throw new CommandFault(
      "BAD_NUMBERS",
      `${where}: ${bad.reason}`,
      "write a number and its line a row: number,line",
    );
  }
  if (report.taken > LISTED) {
    throw new CommandFault(
      "BAD_NUMBERS",
      `${file} has more than ${LISTED} numbers`,
      "import by hashes of the numbers, without --numbers",
    );
  }
  return { lines, digest: sum.digest("hex") };
}
