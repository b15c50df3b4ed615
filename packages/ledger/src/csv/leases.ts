import { parsePrefix } from "@ishizue/wire";
import type { Handed } from "../file/report.ts";
import type { FileReport, ResumeOptions } from "../file/resume.ts";
import type { GivenLease } from "../lease/event.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { leasesList } from "./list.ts";
import { readCsv } from "./row.ts";
import { TimeReader } from "../time/reader.ts";

export interface LeasesCsvOptions extends ResumeOptions {
  /** Zone of times without an offset, as in the IANA database. */
  readonly timeZone: string;
  /** When the ledger learns of the list. */
  readonly knownMs: number;
  /** First part of the log's `source`. */
  readonly feed?: string;
  /** Routing domain of rows that name none. */
  readonly domain?: string;
  /**
   * Called a row; a promise is awaited. A string is why the row cannot be used: it is then a bad row of its file and
   * line, not a taken one.
   */
  readonly onEvent: (lease: GivenLease) => Handed;
}

/**
 * Reads a list of leases: `address-or-prefix,start,end,line[,domain]`, with or without a header row.
 *
 * Times: see TimeReader; an empty start is always, an empty end is open. Outcomes: rows handed to `onEvent`, and bad rows
 * by line and reason, those that `onEvent` refuses among them; a bad row never costs the others. Throws LedgerFault NO_SUCH_FILE, NOT_TEXT, BAD_HEADER,
 * WRONG_KIND, BAD_TIME_ZONE.
 */
export async function importLeasesCsv(file: string, options: LeasesCsvOptions): Promise<FileReport> {
  const times = new TimeReader(options.timeZone);
  const feed = options.feed ?? "csv";
  return readCsv(file, leasesList, options, ([text, start, end, line, named]) => {
    const prefix = parsePrefix(text);
    if (prefix === null) return `"${shown(text)}" is no address or prefix`;
    if (prefix.hostBitsSet) return hostBits(text, formatPrefix(prefix.words, 0, prefix.prefixLength));
    const startMs = start === "" ? 0 : times.read(start);
    const endMs = end === "" ? Number.POSITIVE_INFINITY : times.read(end);
    if (!(startMs >= 0)) return `the start "${shown(start)}" is no time`;
    if (!(endMs >= 0)) return `the end "${shown(end)}" is no time`;
    if (endMs <= startMs) return "the end is not after the start";
    if (line === "") return "the line is empty";
    const lease: GivenLease = { kind: "lease", prefix, startMs, endMs, line, knownMs: options.knownMs, feed };
    const domain = named === "" ? options.domain : named;
    return options.onEvent(domain === undefined ? lease : { ...lease, domain });
  });
}

/** Which of the two was meant is not known: taking the network would give a neighbour's addresses to the line. */
function hostBits(text: string, network: string): string {
  const address = text.slice(0, text.indexOf("/"));
  return `"${text}" has host bits: write ${network} or ${address}/${address.includes(":") ? 128 : 32}`;
}

/** A cell as far as a message needs it. */
function shown(cell: string): string {
  return cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
}
