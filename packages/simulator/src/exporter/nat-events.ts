import { DataRecordWriter, IpfixMessageWriter } from "@ishizue/wire";
import type { EncodedTemplate } from "@ishizue/wire";
import { cgnatPlan, insideAddress, outsideAddress, outsidePort } from "../lease/cgnat.ts";
import type { WeekSessions } from "../lease/session.ts";
import { LineKind } from "../population/line.ts";
import type { LinePopulation } from "../population/line.ts";
import type { ExportedDatagram } from "./exporter.ts";

/** RFC 8158, 5.6: port block allocation and de-allocation, NAT44. */
const blockTemplate: EncodedTemplate = {
  id: 400,
  fields: [
    { id: 323, length: 8 }, // observationTimeMilliseconds
    { id: 8, length: 4 }, // sourceIPv4Address
    { id: 225, length: 4 }, // postNATSourceIPv4Address
    { id: 361, length: 2 }, // portRangeStart
    { id: 362, length: 2 }, // portRangeEnd
    { id: 230, length: 1 }, // natEvent
  ],
};
/** Values of natEvent (RFC 8158, table 2). */
const NatEvent = { blockAllocation: 16, blockDeallocation: 17 } as const;

const messageBytes = 1400;
const eventsPerMessage = 40;

/**
 * The NAT's log of its port blocks as IPFIX: an allocation with every session of a mobile line, a de-allocation with
 * its end, each told within the second.
 */
export class NatEventExporter {
  readonly #observationDomainId: number;
  readonly #record = new DataRecordWriter(blockTemplate);
  #sequenceNumber = 0;
  #timeMs = new Float64Array(0);
  #event = new Uint8Array(0);
  #place = new Uint32Array(0);
  #next = 0;

  constructor(observationDomainId: number) {
    this.#observationDomainId = observationDomainId;
  }

  /** Begins a week: its sessions in order of time, ends before beginnings of the same second. */
  begin(lines: LinePopulation, sessions: WeekSessions): void {
    const from = sessions.first[lines.count - lines.counts.mobile];
    const count = sessions.startMs.length - from;
    if (lines.counts.mobile > 0 && lines.kind[lines.count - 1] !== LineKind.mobile) {
      throw new Error("mobile lines are the last");
    }
    const timeOf = (entry: number): number => {
      const session = from + (entry >>> 1);
      return entry & 1 ? sessions.startMs[session] : sessions.endMs[session];
    };
    const order = Uint32Array.from({ length: 2 * count }, (_, entry) => entry).sort(
      (a, b) => timeOf(a) - timeOf(b) || (a & 1) - (b & 1) || a - b,
    );
    this.#timeMs = Float64Array.from(order, timeOf);
    this.#event = Uint8Array.from(order, (entry) =>
      entry & 1 ? NatEvent.blockAllocation : NatEvent.blockDeallocation,
    );
    this.#place = Uint32Array.from(order, (entry) => sessions.place[from + (entry >>> 1)]);
    this.#next = 0;
  }

  /** Datagrams of the events before `untilS`, in order of time; the template goes ahead of them. */
  drain(untilS: number): ExportedDatagram[] {
    const out: ExportedDatagram[] = [];
    let template = true;
    while (this.#next < this.#timeMs.length && this.#timeMs[this.#next] < untilS * 1000) {
      const atMs = this.#timeMs[this.#next];
      let to = this.#next + 1;
      while (to < this.#timeMs.length && to - this.#next < eventsPerMessage && this.#timeMs[to] === atMs)
        to++;
      // Messages of one second stay apart and in order on a capture's clock.
      const before = out.length > 0 ? out[out.length - 1].timeMs : -Infinity;
      const timeMs = before >= atMs ? before + 0.001 : atMs;
      out.push({ timeMs, bytes: this.#message(atMs / 1000, this.#next, to, template), records: 0 });
      template = false;
      this.#next = to;
    }
    return out;
  }

  #message(exportS: number, from: number, to: number, withTemplate: boolean): Uint8Array {
    const bytes = new Uint8Array(messageBytes);
    const message = new IpfixMessageWriter(bytes);
    message.begin({
      exportTimeS: exportS,
      sequenceNumber: this.#sequenceNumber,
      observationDomainId: this.#observationDomainId,
    });
    this.#sequenceNumber = (this.#sequenceNumber + to - from) % 0x1_0000_0000;
    if (withTemplate) message.templateSet([blockTemplate]);
    message.dataSet(this.#record);
    for (let i = from; i < to; i++) {
      const first = outsidePort(this.#place[i]);
      const row = Float64Array.of(
        this.#timeMs[i],
        insideAddress(this.#place[i]),
        outsideAddress(this.#place[i]),
        first,
        first + cgnatPlan.portsPerBlock - 1,
        this.#event[i],
      );
      message.record(this.#record, row);
    }
    message.endSet();
    return bytes.slice(0, message.end());
  }
}
