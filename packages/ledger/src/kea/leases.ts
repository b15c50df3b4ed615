import { isMapped, parsePrefix } from "@ishizue/wire";
import { lineOfIdentity } from "../dhcp/identity.ts";
import type { DhcpIdentity, DhcpLineFrom } from "../dhcp/identity.ts";
import type { BindingMerger } from "../dhcp/merge.ts";
import { checkpoint, handOn, handOnAll, newLeaseFileReport, newMerger } from "../dhcp/report.ts";
import type { LeaseFileOptions, LeaseFileReport } from "../dhcp/report.ts";
import { LedgerFault } from "../fault/fault.ts";
import { readLines } from "../file/lines.ts";
import { addBadRow } from "../file/report.ts";
import { Checkpoints } from "../file/resume.ts";
import type { LeasePrefix } from "../lease/event.ts";
import { readUserContext, unescapeCell } from "./context.ts";

/** Columns without which a file is no lease file of Kea's. */
const requiredColumns = ["address", "valid_lifetime", "expire"] as const;

/** Lifetime of a lease that never ends. */
const infiniteS = 0xffff_ffff;

const states = { default: 0, declined: 1, "expired-reclaimed": 2, released: 3, registered: 4 } as const;
const leaseTypes = { na: 0, pd: 2 } as const;

/** One row, its cells by their column's name. */
interface KeaRow {
  readonly prefix: LeasePrefix;
  readonly isV6: boolean;
  readonly validS: number;
  readonly expireS: number;
  readonly state: number;
  readonly identity: DhcpIdentity;
}

/**
 * Reads a lease file of Kea's memfile backend, `kea-leases4.csv` or `kea-leases6.csv`, also such as lease file cleanup leaves
 * (`.1`, `.2`, `.completed`).
 *
 * Every row is a transaction: from expire − valid_lifetime until expire. A row of lifetime 0 says that the lease was
 * deleted, but not when: its expire is that of the last transaction. Then the lease keeps its end, unless another begins
 * before. A declined address is held by nobody from the row's time on. Line: `lineFrom`, by default hwaddr in DHCPv4
 * and duid in DHCPv6. Outcomes: see LeaseFileReport; a bad row never costs the others. Throws LedgerFault as readLines, and
 * BAD_HEADER for a file that is none.
 * Source: Kea Administrator Reference Manual, "Memfile - Basic Storage for Leases".
 */
export async function importKeaLeases(file: string, options: LeaseFileOptions): Promise<LeaseFileReport> {
  const report = newLeaseFileReport(file, options);
  const merger = newMerger(options);
  const checkpoints = new Checkpoints(options);
  for await (const { lines, ended } of readLines(file, options.from)) {
    report.endsOpen = !ended;
    for (const line of lines) {
      // A last row without its line break may still be being written: it is read the next time.
      if (!ended) break;
      report.position = { octets: line.end, lines: line.number };
      if (line.text === "" && !line.tooLong) continue;
      if (report.header === undefined) {
        report.header = headerOf(file, line.text);
        continue;
      }
      report.empty = false;
      const row = line.tooLong
        ? "the row is longer than 65536 octets"
        : readRow(line.text.split(","), report.header);
      const refused =
        typeof row === "string" ? row : await takeRow(report, merger, row, line.number, options);
      if (refused === undefined) report.taken++;
      else addBadRow(report, line.number, refused);
      if (merger.isFull) await handOnAll(report, merger, options.onLease);
    }
    await checkpoint(checkpoints, report, merger, options.onLease);
  }
  await handOnAll(report, merger, options.onLease);
  return report;
}

function headerOf(file: string, text: string): string[] {
  const names = text.split(",");
  const missing = requiredColumns.find((name) => !names.includes(name));
  if (missing === undefined && (names.includes("hwaddr") || names.includes("duid"))) return names;
  throw new LedgerFault(
    "BAD_HEADER",
    `${file} does not begin as a lease file of Kea's does: no column ${missing ?? "hwaddr or duid"}`,
    "name kea-leases4.csv, kea-leases6.csv or a copy of it",
  );
}

/** Reads a row's cells, or says why it is none. */
function readRow(cells: readonly string[], header: readonly string[]): KeaRow | string {
  // Columns that a later version of Kea added are told by the header, and rows of an earlier one end before them.
  if (cells.length > header.length) return `the row has ${cells.length} columns, the header ${header.length}`;
  const cell = (name: string): string => unescapeCell(cells[header.indexOf(name)] ?? "");
  const address = parsePrefix(cell("address"));
  if (address === null || address.prefixLength !== 128) return `"${shown(cell("address"))}" is no address`;
  const isV6 = !isMapped(address.words, 0);
  const validS = readNumber(cell("valid_lifetime"));
  const expireS = readNumber(cell("expire"));
  if (Number.isNaN(validS)) return `the valid_lifetime "${shown(cell("valid_lifetime"))}" is no number`;
  if (Number.isNaN(expireS)) return `the expire "${shown(cell("expire"))}" is no number`;
  const state = readNamed(cell("state"), states);
  if (Number.isNaN(state)) return `the state "${shown(cell("state"))}" is none of 0 to 4`;
  const type = readNamed(cell("lease_type").toLowerCase().replace("ia_", ""), leaseTypes);
  const length = cell("prefix_len") === "" ? 128 : readNumber(cell("prefix_len"));
  if (type === leaseTypes.pd && !(length > 0 && length <= 128)) {
    return `the prefix_len "${shown(cell("prefix_len"))}" is none of a prefix`;
  }
  const prefixLength = isV6 && type === leaseTypes.pd ? length : 128;
  const prefix = { words: address.words, prefixLength };
  return { prefix, isV6, validS, expireS, state, identity: identityOf(cell) };
}

function identityOf(cell: (name: string) => string): DhcpIdentity {
  return {
    hwaddr: cell("hwaddr").toLowerCase(),
    clientId: cell("client_id").toLowerCase(),
    duid: cell("duid").toLowerCase(),
    hostname: cell("hostname"),
    subnetId: cell("subnet_id"),
    poolId: cell("pool_id"),
    ...readUserContext(cell("user_context")),
  };
}

function readNumber(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** The number, or that of a name; 0 when the column is empty or not there. */
function readNamed(text: string, names: Readonly<Record<string, number>>): number {
  if (text === "") return 0;
  const number = Object.hasOwn(names, text) ? names[text] : readNumber(text);
  return number <= 4 ? number : Number.NaN;
}

const defaultLineFrom = { v4: ["hwaddr"], v6: ["duid"] } as const satisfies Record<string, DhcpLineFrom[]>;

/** Brings a row to the merger, and what that completes to the caller; says why the row cannot be used. */
async function takeRow(
  report: LeaseFileReport,
  merger: BindingMerger,
  row: KeaRow,
  number: number,
  options: LeaseFileOptions,
): Promise<string | undefined> {
  const { prefix, isV6, validS, expireS, state } = row;
  if (validS === 0) {
    report.passedOver++;
    return undefined;
  }
  const infinite = validS >= infiniteS;
  // Of a lease without end some versions write the transaction's own time as its expire.
  const fromMs = (infinite && expireS < validS ? expireS : expireS - validS) * 1000;
  if (fromMs < 0) return "the valid_lifetime is longer than the time until expire";
  if (state === states.declined) {
    await handOn(report, merger.end(prefix, fromMs, number), options.onLease);
    return undefined;
  }
  const lineFrom = options.lineFrom ?? (isV6 ? defaultLineFrom.v6 : defaultLineFrom.v4);
  const line = lineOfIdentity(row.identity, lineFrom);
  if (line === "") return `the lease has no ${lineFrom.join(" or ")} that would name its line`;
  const toMs = infinite ? Number.POSITIVE_INFINITY : expireS * 1000;
  const name = options.nameLine?.(line) ?? line;
  const merged = merger.hold({ prefix, line: name, fromMs, toMs }, number);
  await handOn(report, merged, options.onLease);
  return undefined;
}

/** A cell as far as a message needs it. */
function shown(cell: string): string {
  return cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
}
