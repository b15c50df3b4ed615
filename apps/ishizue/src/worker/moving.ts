import type { SessionState } from "@ishizue/receive";
import { type Decoder, type ExporterState, exporterState, restoreExporterState } from "@ishizue/wire";
import type { ExporterTable, KnownExporter } from "../pipeline/exporters.ts";

/** An exporter on its way to another worker: plain data. */
export interface MovingExporter {
  readonly address: string;
  /** Templates, samplers, names and start times. */
  readonly taught: ExporterState;
  /** Sequences and counters. */
  readonly session: SessionState;
  readonly messages: number;
  readonly records: number;
  readonly lastMessageMs: number;
}

/** Takes an exporter out of `exporters`, of which no row waits in a batch any more, with all that is known of it. */
export function giveAway(
  exporters: ExporterTable,
  decoder: Decoder,
  exporter: KnownExporter,
): MovingExporter {
  const { wire, session, messages, records, lastMessageMs } = exporter;
  const moving = {
    address: wire.address,
    taught: exporterState(wire),
    session: session.state(),
    messages,
    records,
    lastMessageMs,
  };
  exporters.remove(exporter);
  decoder.forget(wire);
  return moving;
}

/** Goes on with an exporter where another worker left off. Outcomes: false where the table has no room for it. */
export function takeOver(exporters: ExporterTable, decoder: Decoder, moving: MovingExporter): boolean {
  const exporter = exporters.resolveAddress(moving.address);
  if (exporter === null) return false;
  restoreExporterState(exporter.wire, moving.taught, decoder.limits);
  exporter.session.restore(moving.session);
  exporter.messages = moving.messages;
  exporter.records = moving.records;
  exporter.lastMessageMs = moving.lastMessageMs;
  return true;
}
