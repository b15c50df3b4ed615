import { Decoder, Exporter, FlowBatch, readMessage, type DecodeOutcome, type Message } from "@ishizue/wire";
import type { CaptureCounts } from "./cases.ts";
import type { Datagram } from "./datagrams.ts";

/** One exporter a source address: its templates come from all its ports. */
export class Exporters {
  readonly #exporters = new Map<string, Exporter>();

  of(source: string): Exporter {
    let exporter = this.#exporters.get(source);
    if (exporter === undefined) {
      exporter = new Exporter(source, this.#exporters.size);
      this.#exporters.set(source, exporter);
    }
    return exporter;
  }
}

export function noCounts(): CaptureCounts {
  return {
    exportPackets: 0,
    dataRecords: 0,
    optionsRecords: 0,
    templates: 0,
    optionsTemplates: 0,
    undecodedSets: 0,
  };
}

/** Reads every datagram with the generic codec; those of no export protocol are left out. */
export function readAll(datagrams: readonly Datagram[], exporters: Exporters): Message[] {
  const messages: Message[] = [];
  for (const { bytes, source } of datagrams) {
    const message = readMessage(bytes, 0, bytes.length, exporters.of(source));
    if ("status" in message && message.status === "unknownVersion") continue;
    messages.push(message);
  }
  return messages;
}

export function countMessages(messages: readonly Message[]): CaptureCounts {
  const counts = noCounts();
  for (const message of messages) {
    counts.exportPackets++;
    for (const set of message.sets) {
      const records = set.records.length;
      if (set.kind === "data") counts.dataRecords += records;
      else if (set.kind === "options") counts.optionsRecords += records;
      else if (set.kind === "undecoded") counts.undecodedSets++;
      else if (set.kind === "template") counts.templates += records;
      else if (set.kind === "optionsTemplate") counts.optionsTemplates += records;
      else if (set.kind === "sample") {
        if (set.id === 1 || set.id === 3) counts.dataRecords += records;
        else counts.optionsRecords += records;
      }
    }
  }
  return counts;
}

/** A batch that a test may read: the rows of one message. */
export type DecodedListener = (outcome: DecodeOutcome, batch: FlowBatch, datagram: Datagram) => void;

/** Decodes every datagram into columns; a message's rows are shown to `listener` before the next one. */
export function decodeAll(
  datagrams: readonly Datagram[],
  exporters: Exporters,
  listener?: DecodedListener,
): CaptureCounts {
  const counts = noCounts();
  const decoder = new Decoder();
  const batch = new FlowBatch(8192);
  for (const datagram of datagrams) {
    const { bytes, source } = datagram;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    batch.rowCount = 0;
    const outcome = decoder.decode(bytes, view, 0, bytes.length, exporters.of(source), 0, batch);
    if (outcome.status === "unknownVersion") continue;
    counts.exportPackets++;
    counts.dataRecords += outcome.version === 105 ? outcome.flowSamples : outcome.dataRecords;
    counts.optionsRecords += outcome.version === 105 ? outcome.counterSamples : outcome.optionsRecords;
    counts.templates += outcome.templates;
    counts.optionsTemplates += outcome.optionsTemplates;
    counts.undecodedSets += outcome.undecodedSets;
    listener?.(outcome, batch, datagram);
  }
  return counts;
}
