import { statSync } from "node:fs";
import {
  type BindingEvent,
  bindingsOf,
  type FileReport,
  noNatEvents,
  type ResumeOptions,
} from "@ishizue/ledger";
import { CaptureReader, SourceTable } from "@ishizue/receive";
import { Decoder, Exporter, FlowBatch, NatEventBatch } from "@ishizue/wire";
import { CommandFault } from "../fault/fault.ts";

export interface NatEventsOptions extends ResumeOptions {
  readonly knownMs: number;
  /** Routing domain of an inside address by its VRF in records of an exporter. */
  readonly insideDomain: (address: string, vrf: number) => string;
  readonly domain?: string;
  readonly onEvent: (event: BindingEvent) => Promise<string | undefined>;
}

/** NAT events beside which flow records are decoded, and let go. */
const MOST_EVENTS = 8192;
const MOST_ROWS = 65_536 * 2;

/**
 * Reads the NAT events of a capture of flow exports into bindings, and none of its flow records.
 *
 * Outcomes: `taken` counts events; those that `onEvent` refuses, and those without address or ports, are bad rows of the
 * packet's number. Throws CommandFault NO_SUCH_FILE, NOT_A_FILE, CaptureError.
 * Source: RFC 8158.
 */
export async function importNatEvents(file: string, options: NatEventsOptions): Promise<FileReport> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined)
    throw new CommandFault("NO_SUCH_FILE", `there is no file ${file}`, "check the path");
  if (found.isDirectory())
    throw new CommandFault("NOT_A_FILE", `${file} is a folder`, "name a capture in it");
  const report: FileReport = {
    file,
    taken: 0,
    bad: 0,
    badRows: [],
    endsOpen: false,
    empty: true,
    position: { octets: found.size, lines: 0 },
  };
  const events = new NatEventBatch(MOST_EVENTS);
  const flows = new FlowBatch(MOST_ROWS);
  const decoder = new Decoder();
  decoder.takeNatEvents(events);
  const sources = new SourceTable();
  const exporters = new Map<string, Exporter>();
  let packet = 0;
  const addBad = (reason: string): void => {
    report.bad++;
    if (report.badRows.length < 100) report.badRows.push({ file, line: packet, reason });
  };
  for await (const datagram of new CaptureReader(file).datagrams()) {
    packet++;
    const { bytes, view, offset, length, arrivalMs } = datagram;
    const { address } = sources.ofText(datagram.source);
    const exporter = exporterOf(exporters, address);
    flows.rowCount = 0;
    events.rowCount = 0;
    const outcome = decoder.decode(bytes, view, offset, length, exporter, arrivalMs, flows);
    if (outcome.natEvents === 0) continue;
    report.empty = false;
    const counts = noNatEvents();
    const { knownMs, insideDomain, domain } = options;
    const reading = {
      nas: address,
      knownMs,
      arrivalMs,
      insideDomain: (vrf: number) => insideDomain(address, vrf),
      ...(domain === undefined ? {} : { outsideDomain: () => domain }),
    };
    for (const event of bindingsOf(events, reading, counts)) {
      const refused = await options.onEvent(event);
      if (refused === undefined) report.taken++;
      else addBad(`a NAT event: ${refused}`);
    }
    for (let n = 0; n < counts.incomplete; n++) addBad("a NAT event without an address or ports");
  }
  return report;
}

function exporterOf(exporters: Map<string, Exporter>, address: string): Exporter {
  let exporter = exporters.get(address);
  if (exporter === undefined) {
    exporter = new Exporter(address, exporters.size);
    exporters.set(address, exporter);
  }
  return exporter;
}
