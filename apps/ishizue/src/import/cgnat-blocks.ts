import { readFile } from "node:fs/promises";
import {
  blockLeases,
  type DeterministicNat,
  type FileReport,
  type GivenLease,
  isIpv4,
  keptBadRows,
  LedgerFault,
  planBlocks,
  type ResumeOptions,
} from "@ishizue/ledger";
import { networkWord, parseAddress, parsePrefix } from "@ishizue/wire";
import { isMap, isSeq, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { moment, network } from "../config/sharing.ts";

export interface CgnatBlocksOptions extends ResumeOptions {
  readonly knownMs: number;
  readonly domain?: string;
  /** A string is why a block cannot be used: its NAT is then bad from there on. */
  readonly onEvent: (lease: GivenLease) => Promise<string | undefined>;
}

const portNumber = z.int().min(0).max(65_535);
const portRange = z
  .union([portNumber, z.string().regex(/^\d{1,5}-\d{1,5}$/)], "write a port, or a range such as 5060-5061")
  .transform((value) => {
    const [first, last = first] = String(value).split("-").map(Number);
    return { first, last };
  });

/** A network, an address, or the addresses from one to another (`192.0.2.8-192.0.2.15`). */
const outsideRange = z.string().transform((text, context) => {
  const range = readRange(text);
  if (range !== undefined) return range;
  context.addIssue({
    code: "custom",
    message: `"${text}" is no IPv4 network, address or range of addresses`,
  });
  return z.NEVER;
});

const natSchema = z.strictObject({
  inside: network,
  /** Of a subscriber's own prefix; default: an address, in IPv6 a /64. */
  subscriberLength: z.int().min(1).max(128).optional(),
  boundaryAddresses: z.boolean().default(true),
  outside: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(outsideRange).min(1)),
  firstPort: portNumber.default(1024),
  lastPort: portNumber.default(65_535),
  portsPerSubscriber: z.int().min(1).max(65_536).optional(),
  dynamicPorts: z.int().min(0).max(65_535).default(0),
  excludedPorts: z.array(portRange).default([]),
  algorithm: z
    .literal("sequential", "the algorithm is sequential; others are not known")
    .default("sequential"),
  from: moment.optional(),
  until: moment.optional(),
  domain: z.string().optional(),
  insideDomain: z.string().optional(),
});

/**
 * Reads parameters of NATs that give ports by a formula, and hands on the blocks that subscribers have by them.
 *
 * A list of NATs in YAML or JSON, or one under `nats`. Outcomes: `taken` counts NATs; one that cannot be used is told
 * by the line that it begins in, and the others are taken. Throws LedgerFault NO_SUCH_FILE, NOT_TEXT.
 * Source: RFC 7422, 2.
 */
export async function importCgnatBlocks(file: string, options: CgnatBlocksOptions): Promise<FileReport> {
  const text = await textOf(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const report: FileReport = {
    file,
    taken: 0,
    bad: 0,
    badRows: [],
    endsOpen: false,
    empty: true,
    position: { octets: Buffer.byteLength(text), lines: text.split("\n").length },
  };
  const addBad = (line: number, reason: string): void => {
    report.bad++;
    report.empty = false;
    if (report.badRows.length < keptBadRows) report.badRows.push({ file, line, reason });
  };
  for (const error of document.errors) addBad(lines.linePos(error.pos[0]).line, firstLine(error.message));
  if (document.errors.length > 0) return report;
  const list = isMap(document.contents) ? document.contents.get("nats", true) : document.contents;
  if (!isSeq(list)) {
    if (document.contents !== null) addBad(1, "it holds no list of NATs");
    return report;
  }
  for (const item of list.items) {
    const node = item as { range?: [number, number, number] | null; toJSON(): unknown };
    const line = lines.linePos(node.range?.[0] ?? 0).line;
    const refused = await handOn(node.toJSON(), options);
    if (refused === undefined) {
      report.taken++;
      report.empty = false;
    } else addBad(line, refused);
  }
  return report;
}

/** Why a NAT's blocks cannot be used. */
async function handOn(value: unknown, options: CgnatBlocksOptions): Promise<string | undefined> {
  const parsed = natSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return [issue.path.join("."), issue.message].filter((part) => part !== "").join(": ");
  }
  const nat = natOf(parsed.data, options.domain ?? "");
  if (typeof nat === "string") return nat;
  const plan = planBlocks(nat);
  if (typeof plan === "string") return plan;
  for (const lease of blockLeases(nat, plan, { knownMs: options.knownMs, feed: "cgnat" })) {
    const refused = await options.onEvent(lease);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function natOf(given: z.infer<typeof natSchema>, domain: string): DeterministicNat | string {
  const { inside, subscriberLength, boundaryAddresses, from, until, firstPort, lastPort } = given;
  const is4 = isIpv4(inside);
  const length = subscriberLength ?? (is4 ? 32 : 64);
  const startMs = from === undefined ? 0 : Date.parse(from);
  const endMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (endMs <= startMs) return "until is not after from";
  if (lastPort < firstPort) return "lastPort is before firstPort";
  if (is4 && length > 32) return "subscriberLength: an IPv4 address has 32 bits";
  return {
    inside,
    subscriberLength: is4 ? length + 96 : length,
    withoutBoundary: !boundaryAddresses,
    outside: given.outside,
    firstPort,
    lastPort,
    dynamicPorts: given.dynamicPorts,
    excludedPorts: given.excludedPorts,
    startMs,
    endMs,
    domain: given.domain ?? domain,
    insideDomain: given.insideDomain ?? given.domain ?? domain,
    ...(given.portsPerSubscriber === undefined ? {} : { portsPerSubscriber: given.portsPerSubscriber }),
  };
}

function readRange(text: string): { words: Uint32Array; count: number } | undefined {
  const [from, to] = text.split("-").map((part) => part.trim());
  if (to === undefined) {
    const prefix = parsePrefix(from);
    if (prefix === null || prefix.hostBitsSet || !isIpv4(prefix)) return undefined;
    return { words: prefix.words, count: 2 ** (128 - prefix.prefixLength) };
  }
  const words = new Uint32Array(4);
  const last = new Uint32Array(4);
  if (!parseAddress(from, words, 0) || !parseAddress(to, last, 0)) return undefined;
  if (![words, last].every((address) => isIpv4({ words: address, prefixLength: 128 }))) return undefined;
  const count = networkWord(last[3]) - networkWord(words[3]) + 1;
  return count >= 1 ? { words, count } : undefined;
}

/** A list of parameters is not large; what is, is no such list. */
const mostOctets = 1 << 22;

async function textOf(file: string): Promise<string> {
  let octets: Buffer;
  try {
    octets = await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT")
      throw new LedgerFault("NO_SUCH_FILE", `there is no file ${file}`, "check the path");
    if (code === "EISDIR") throw new LedgerFault("NOT_A_FILE", `${file} is a folder`, "name a file in it");
    if (code === "EACCES" || code === "EPERM")
      throw new LedgerFault("NO_PERMISSION", `${file} may not be read`, "run as a user who may read it");
    throw error;
  }
  if (octets.includes(0) || octets.length > mostOctets) {
    throw new LedgerFault(
      "NOT_TEXT",
      `${file} is no text of at most 4 MiB`,
      "write the parameters as YAML or JSON",
    );
  }
  return octets.toString("utf8");
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
