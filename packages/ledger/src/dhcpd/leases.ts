import { isMapped } from "@ishizue/wire";
import { lineOfIdentity } from "../dhcp/identity.ts";
import type { DhcpIdentity, DhcpLineFrom } from "../dhcp/identity.ts";
import type { BindingMerger } from "../dhcp/merge.ts";
import type { Merged } from "../dhcp/merge.ts";
import { checkpoint, handOn, handOnAll, newLeaseFileReport, newMerger } from "../dhcp/report.ts";
import type { LeaseFileOptions, LeaseFileReport } from "../dhcp/report.ts";
import { readLines } from "../file/lines.ts";
import type { TextLine } from "../file/lines.ts";
import { addBadRow } from "../file/report.ts";
import { Checkpoints } from "../file/resume.ts";
import { beginBlock, identityOfIa, meaningOf, takeStatement } from "./block.ts";
import type { LeaseBlock } from "./block.ts";
import { readDate, StatementReader } from "./statement.ts";
import type { Statement } from "./statement.ts";

const associations = new Set(["ia-na", "ia-ta", "ia-pd", "ia_na", "ia_ta", "ia_pd"]);
const members = new Set(["iaaddr", "iaprefix"]);

/** A declaration that begins a line: after a fault reading goes on there. */
const beginsDeclaration = /^(?:lease|ia[-_](?:na|ta|pd)|failover|host|group|subgroup|class|server-duid)\s/;

const defaultLineFrom = { v4: ["hwaddr"], v6: ["duid"] } as const satisfies Record<string, DhcpLineFrom[]>;

/**
 * Reads a lease file of ISC's dhcpd, `dhcpd.leases` or `dhcpd6.leases`.
 *
 * Every declaration is a transaction, from `starts` (in DHCPv6 `cltt`) until `ends`; one that is active renews or begins a
 * lease, one that is free, expired or released says when it ended, an abandoned address is held by nobody from `starts` on.
 * Line: `lineFrom`, by default hwaddr in DHCPv4 and duid in DHCPv6. A declaration that is not whole at the file's
 * end is left for the next time. Outcomes: see LeaseFileReport, bad declarations by the line on which they begin. Throws LedgerFault
 * as readLines.
 * Source: dhcpd.leases(5), ISC DHCP 4.4.
 */
export async function importDhcpdLeases(file: string, options: LeaseFileOptions): Promise<LeaseFileReport> {
  const report = newLeaseFileReport(file, options);
  const merger = newMerger(options);
  const checkpoints = new Checkpoints(options);
  const reader = new DeclarationReader();
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      if (!ended) break;
      for (const block of reader.read(line)) {
        report.empty = false;
        const refused = await takeBlock(report, merger, block, options);
        if (refused === undefined) report.taken++;
        else addBadRow(report, block.line, refused);
      }
      if (reader.isBetween) report.position = { octets: line.end, lines: line.number };
      if (merger.isFull) await handOnAll(report, merger, options.onLease);
    }
    await checkpoint(checkpoints, report, merger, options.onLease);
  }
  if (!reader.isBetween) report.endsOpen = true;
  await handOnAll(report, merger, options.onLease);
  return report;
}

/** Finds the declarations of leases among the others, one line after the other. */
class DeclarationReader {
  readonly #statements = new StatementReader();
  /** Braces that are open. */
  #depth = 0;
  /** Depth within the declaration of the lease; its own statements are there. */
  #blockDepth = 0;
  #block: LeaseBlock | undefined;
  /** The identity association that the addresses and prefixes are of. */
  #association: { readonly identity: DhcpIdentity; startMs: number } | undefined;

  /** Whether the last line ended between two declarations. */
  get isBetween(): boolean {
    return this.#depth === 0 && !this.#statements.isWithin;
  }

  /** The declarations that end on this line, and those that a fault ends. */
  read(line: TextLine): LeaseBlock[] {
    const found: LeaseBlock[] = [];
    if (!this.isBetween && beginsDeclaration.test(line.text)) {
      found.push(this.#broken(line, "the declaration was cut: another begins in it"));
    }
    const statements = line.tooLong ? "a line is longer than 65536 octets" : this.#statements.read(line);
    if (typeof statements === "string") return [...found, this.#broken(line, statements)];
    for (const statement of statements) {
      const block = this.#take(statement);
      if (block !== undefined) found.push(block);
    }
    return found;
  }

  #broken({ number }: TextLine, reason: string): LeaseBlock {
    const block = this.#block ?? beginBlock({ words: [{ text: "lease" }], end: "{", line: number }, {}, NaN);
    block.fault = reason;
    this.#statements.reset();
    this.#depth = 0;
    this.#block = undefined;
    this.#association = undefined;
    return block;
  }

  #take(statement: Statement): LeaseBlock | undefined {
    if (statement.end === "{") this.#open(statement);
    else if (statement.end === "}") return this.#close();
    else if (this.#block !== undefined) {
      if (this.#depth === this.#blockDepth) takeStatement(this.#block, statement);
    } else if (this.#association !== undefined && statement.words[0]?.text === "cltt") {
      this.#association.startMs = readDate(statement.words.slice(1));
    }
    return undefined;
  }

  #open(statement: Statement): void {
    this.#depth++;
    const name = statement.words[0]?.text ?? "";
    if (this.#block !== undefined) return;
    if (this.#depth === 1 && associations.has(name)) {
      this.#association = { identity: identityOfIa(statement), startMs: Number.NaN };
    } else if (this.#depth === 1 && name === "lease") {
      this.#begin(statement, {}, Number.NaN);
    } else if (this.#association !== undefined && members.has(name)) {
      this.#begin(statement, this.#association.identity, this.#association.startMs);
    }
  }

  #begin(statement: Statement, identity: DhcpIdentity, startMs: number): void {
    this.#block = beginBlock(statement, identity, startMs);
    this.#blockDepth = this.#depth;
  }

  #close(): LeaseBlock | undefined {
    // A brace too many closes nothing.
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 0) this.#association = undefined;
    const block = this.#block;
    if (block === undefined || this.#depth >= this.#blockDepth) return undefined;
    this.#block = undefined;
    return block;
  }
}

/** Brings a declaration to the merger, and what that completes to the caller; says why it cannot be used. */
async function takeBlock(
  report: LeaseFileReport,
  merger: BindingMerger,
  block: LeaseBlock,
  options: LeaseFileOptions,
): Promise<string | undefined> {
  const { prefix, startMs, endMs } = block;
  if (block.fault !== undefined || prefix === undefined) return block.fault ?? "the lease has no address";
  const meaning = meaningOf(block);
  if (meaning === undefined) return `the binding state "${block.state.slice(0, 60)}" is none that is known`;
  const lineFrom = options.lineFrom ?? defaultLineFrom[isMapped(prefix.words, 0) ? "v4" : "v6"];
  const name = lineOfIdentity(block.identity, lineFrom);
  const binding = { prefix, line: nameOf(name, options), fromMs: startMs, toMs: endMs };
  let merged: Merged | undefined;
  if (meaning === "held") {
    if (!(startMs < Number.POSITIVE_INFINITY)) return "the lease has no starts or cltt";
    if (Number.isNaN(endMs)) return "the lease has no ends";
    if (name === "") return `the lease has no ${lineFrom.join(" or ")} that would name its line`;
    merged = merger.hold(binding, block.line);
  } else if (meaning === "ended" && startMs < Number.POSITIVE_INFINITY && endMs >= 0) {
    merged = merger.finish(binding, block.line);
  } else if (meaning === "abandoned" && startMs < Number.POSITIVE_INFINITY) {
    merged = merger.end(prefix, startMs, block.line);
  } else report.passedOver++;
  await handOn(report, merged, options.onLease);
  return undefined;
}

function nameOf(line: string, { nameLine }: LeaseFileOptions): string {
  return line === "" || nameLine === undefined ? line : nameLine(line);
}
