import { DataRecordWriter, Netflow9MessageWriter, Netflow9Scope } from "@ishizue/wire";
import type { EncodedField, EncodedTemplate } from "@ishizue/wire";
import type { FlowColumns } from "./columns.ts";
import type { MessageFormat } from "./exporter.ts";

const samplerId = 1;
/** FLOW_SAMPLER_MODE: random. */
const randomMode = 2;

/** Field types of RFC 3954 section 8 (addresses: IPv4 8/12, IPv6 27/28). */
function flowFields(source: number, destination: number, addressBytes: number): readonly EncodedField[] {
  return [
    { id: source, length: addressBytes },
    { id: destination, length: addressBytes },
    { id: 7, length: 2 }, // L4_SRC_PORT
    { id: 11, length: 2 }, // L4_DST_PORT
    { id: 4, length: 1 }, // PROTOCOL
    { id: 6, length: 1 }, // TCP_FLAGS
    { id: 61, length: 1 }, // DIRECTION
    { id: 48, length: 1 }, // FLOW_SAMPLER_ID
    { id: 1, length: 4 }, // IN_BYTES
    { id: 2, length: 4 }, // IN_PKTS
    { id: 22, length: 4 }, // FIRST_SWITCHED
    { id: 21, length: 4 }, // LAST_SWITCHED
    { id: 10, length: 4 }, // INPUT_SNMP
    { id: 14, length: 4 }, // OUTPUT_SNMP
    { id: 16, length: 4 }, // SRC_AS
    { id: 17, length: 4 }, // DST_AS
  ];
}

const ipv4Template: EncodedTemplate = { id: 256, fields: flowFields(8, 12, 4) };
const ipv6Template: EncodedTemplate = { id: 257, fields: flowFields(27, 28, 16) };
const samplerTemplate: EncodedTemplate = {
  id: 258,
  scopeCount: 1,
  fields: [
    { id: Netflow9Scope.system, length: 4 },
    { id: 48, length: 1 }, // FLOW_SAMPLER_ID
    { id: 49, length: 1 }, // FLOW_SAMPLER_MODE
    { id: 50, length: 4 }, // FLOW_SAMPLER_RANDOM_INTERVAL
  ],
};

/**
 * The broadband edge router's NetFlow v9: times as uptime, the sampling interval in options data by sampler. A clock
 * that is off shows in the header's time alone.
 */
export class Netflow9Format implements MessageFormat {
  readonly headerBytes = 20;
  readonly #ipv4 = new DataRecordWriter(ipv4Template);
  readonly #ipv6 = new DataRecordWriter(ipv6Template);
  readonly #sampler = new DataRecordWriter(samplerTemplate);
  readonly #row = new Float64Array(Math.max(this.#ipv4.slotCount, this.#ipv6.slotCount));
  readonly #samplingInterval: number;
  readonly #observationDomainId: number;
  /** Milliseconds since the epoch, a whole second. */
  #bootMs: number;
  readonly #clockSkewS: number;
  #sequenceNumber = 0;

  constructor(samplingInterval: number, observationDomainId: number, bootMs: number, clockSkewMs = 0) {
    this.#clockSkewS = Math.round(clockSkewMs / 1000);
    this.#samplingInterval = samplingInterval;
    this.#observationDomainId = observationDomainId;
    this.#bootMs = bootMs;
  }

  restart(bootMs: number): void {
    this.#bootMs = bootMs;
    this.#sequenceNumber = 0;
  }

  recordBytes(ipVersion: number): number {
    return ipVersion === 4 ? this.#ipv4.recordLengthBytes : this.#ipv6.recordLengthBytes;
  }

  writeTemplates(bytes: Uint8Array, exportS: number): number {
    const message = this.#begin(bytes, exportS);
    message.templateSet([ipv4Template, ipv6Template]);
    message.optionsTemplateSet([samplerTemplate]);
    message.dataSet(this.#sampler);
    message.record(this.#sampler, Float64Array.of(0, samplerId, randomMode, this.#samplingInterval));
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
    const message = this.#begin(bytes, exportS);
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

  #begin(bytes: Uint8Array, exportS: number): Netflow9MessageWriter {
    const message = new Netflow9MessageWriter(bytes);
    message.begin({
      sysUpTimeMs: exportS * 1000 - this.#bootMs,
      unixSecs: exportS + this.#clockSkewS,
      sequenceNumber: this.#sequenceNumber,
      observationDomainId: this.#observationDomainId,
    });
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 0x1_0000_0000;
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
    row[slot++] = flows.tcpFlags[record];
    row[slot++] = 0; // seen as it came in
    row[slot++] = samplerId;
    row[slot++] = flows.octets[record];
    row[slot++] = flows.packets[record];
    row[slot++] = (flows.startMs[record] - this.#bootMs) % 0x1_0000_0000;
    row[slot++] = (flows.endMs[record] - this.#bootMs) % 0x1_0000_0000;
    row[slot++] = flows.ingressInterface[record];
    row[slot++] = flows.egressInterface[record];
    row[slot++] = flows.sourceAs[record];
    row[slot++] = flows.destinationAs[record];
    return row;
  }
}
