import { DataRecordWriter, IpfixMessageWriter } from "@ishizue/wire";
import type { EncodedField, EncodedTemplate } from "@ishizue/wire";
import type { FlowColumns } from "./columns.ts";
import type { MessageFormat } from "./exporter.ts";

const selectorId = 7;
/** selectorAlgorithm: systematic count-based sampling, whose parameters are the packet interval and space. */
const countBased = 1;

/** Elements of the IANA registry (addresses: IPv4 8/12, IPv6 27/28). */
function flowFields(source: number, destination: number, addressBytes: number): readonly EncodedField[] {
  return [
    { id: source, length: addressBytes },
    { id: destination, length: addressBytes },
    { id: 7, length: 2 }, // sourceTransportPort
    { id: 11, length: 2 }, // destinationTransportPort
    { id: 4, length: 1 }, // protocolIdentifier
    { id: 61, length: 1 }, // flowDirection
    { id: 6, length: 2 }, // tcpControlBits
    { id: 302, length: 8 }, // selectorId
    { id: 1, length: 8 }, // octetDeltaCount
    { id: 2, length: 8 }, // packetDeltaCount
    { id: 152, length: 8 }, // flowStartMilliseconds
    { id: 153, length: 8 }, // flowEndMilliseconds
    { id: 10, length: 4 }, // ingressInterface
    { id: 14, length: 4 }, // egressInterface
  ];
}

const ipv4Template: EncodedTemplate = { id: 300, fields: flowFields(8, 12, 4) };
const ipv6Template: EncodedTemplate = { id: 301, fields: flowFields(27, 28, 16) };
const selectorTemplate: EncodedTemplate = {
  id: 302,
  scopeCount: 1,
  fields: [
    { id: 302, length: 8 }, // selectorId
    { id: 304, length: 2 }, // selectorAlgorithm
    { id: 305, length: 4 }, // samplingPacketInterval
    { id: 306, length: 4 }, // samplingPacketSpace
  ],
};

/** The mobile gateway's IPFIX: absolute milliseconds, the sampling interval in options data by selector. */
export class IpfixFormat implements MessageFormat {
  readonly headerBytes = 16;
  readonly #ipv4 = new DataRecordWriter(ipv4Template);
  readonly #ipv6 = new DataRecordWriter(ipv6Template);
  readonly #selector = new DataRecordWriter(selectorTemplate);
  readonly #row = new Float64Array(Math.max(this.#ipv4.slotCount, this.#ipv6.slotCount));
  readonly #samplingInterval: number;
  readonly #observationDomainId: number;
  readonly #clockSkewMs: number;
  #sequenceNumber = 0;

  constructor(samplingInterval: number, observationDomainId: number, clockSkewMs = 0) {
    this.#clockSkewMs = clockSkewMs;
    this.#samplingInterval = samplingInterval;
    this.#observationDomainId = observationDomainId;
  }

  restart(): void {
    this.#sequenceNumber = 0;
  }

  recordBytes(ipVersion: number): number {
    return ipVersion === 4 ? this.#ipv4.recordLengthBytes : this.#ipv6.recordLengthBytes;
  }

  writeTemplates(bytes: Uint8Array, exportS: number): number {
    const message = this.#begin(bytes, exportS, 1);
    message.templateSet([ipv4Template, ipv6Template]);
    message.optionsTemplateSet([selectorTemplate]);
    message.dataSet(this.#selector);
    // One packet taken, N − 1 passed over.
    message.record(this.#selector, Float64Array.of(selectorId, countBased, 1, this.#samplingInterval - 1));
    message.endSet();
    return message.end();
  }

  writeRecords(
    bytes: Uint8Array,
    exportS: number,
    flows: FlowColumns,
    ipv4: Uint32Array,
    ipv4Count: number,
    ipv6: Uint32Array,
    ipv6Count: number,
  ): number {
    const message = this.#begin(bytes, exportS, ipv4Count + ipv6Count);
    if (ipv4Count > 0) {
      message.dataSet(this.#ipv4);
      for (let i = 0; i < ipv4Count; i++) message.record(this.#ipv4, this.#fill(flows, ipv4[i], 1));
      message.endSet();
    }
    if (ipv6Count > 0) {
      message.dataSet(this.#ipv6);
      for (let i = 0; i < ipv6Count; i++) message.record(this.#ipv6, this.#fill(flows, ipv6[i], 4));
      message.endSet();
    }
    return message.end();
  }

  #begin(bytes: Uint8Array, exportS: number, records: number): IpfixMessageWriter {
    const message = new IpfixMessageWriter(bytes);
    message.begin({
      exportTimeS: exportS + Math.round(this.#clockSkewMs / 1000),
      sequenceNumber: this.#sequenceNumber,
      observationDomainId: this.#observationDomainId,
    });
    this.#sequenceNumber = (this.#sequenceNumber + records) % 0x1_0000_0000;
    return message;
  }

  #fill(flows: FlowColumns, record: number, words: number): Float64Array {
    const row = this.#row;
    let slot = 0;
    for (let word = 0; word < words; word++) row[slot++] = flows.source[4 * record + word];
    for (let word = 0; word < words; word++) row[slot++] = flows.destination[4 * record + word];
    row[slot++] = flows.sourcePort[record];
    row[slot++] = flows.destinationPort[record];
    row[slot++] = flows.protocol[record];
    row[slot++] = 0; // seen as it came in
    row[slot++] = flows.tcpFlags[record];
    row[slot++] = selectorId;
    row[slot++] = flows.octets[record];
    row[slot++] = flows.packets[record];
    row[slot++] = flows.startMs[record] + this.#clockSkewMs;
    row[slot++] = flows.endMs[record] + this.#clockSkewMs;
    row[slot++] = flows.ingressInterface[record];
    row[slot++] = flows.egressInterface[record];
    return row;
  }
}
