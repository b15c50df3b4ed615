import type { SessionState } from "@ishizue/receive";
import {
  type Decoder,
  type ExporterState,
  exporterState,
  type HeldSetState,
  restoreExporterState,
} from "@ishizue/wire";
import type { ExporterTable, KnownExporter } from "../pipeline/exporters.ts";

/** An exporter on its way to another worker: plain data. */
export interface MovingExporter {
  readonly address: string;
  /** Templates, samplers, names and start times. */
  readonly taught: ExporterState;
  /** Data sets that wait for their template. */
  readonly held: readonly HeldSetState[];
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
    held: decoder.heldSets(wire),
    session: session.state(),
    messages,
    records,
    lastMessageMs,
  };
  exporters.remove(exporter);
  decoder.forget(wire);
  return moving;
}

/** Goes on with an exporter where another worker left off. Returns how many of its data sets that waited had no room here. */
export function takeOver(exporters: ExporterTable, decoder: Decoder, moving: MovingExporter): number {
  const exporter = exporters.resolveAddress(moving.address);
  if (exporter === null) return moving.held.length;
  restoreExporterState(exporter.wire, moving.taught, decoder.limits);
  const dropped = decoder.restoreHeldSets(exporter.wire, moving.held);
  exporter.session.restore(moving.session);
  exporter.messages = moving.messages;
  exporter.records = moving.records;
  exporter.lastMessageMs = moving.lastMessageMs;
  if (dropped > 0) exporter.quality.at(moving.lastMessageMs).unknown_template_sets += dropped;
  return dropped;
}
