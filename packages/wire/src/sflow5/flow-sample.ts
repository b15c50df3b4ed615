import { hostIsLittleEndian, mappedWord } from "../address/word.ts";
import type { DecodeOutcome } from "../decode/outcome.ts";
import { Frame } from "../frame/frame.ts";
import { parseFrame } from "../frame/parse.ts";
import { parseInnermost } from "../frame/tunnel.ts";
import { FlowFormat, interfaceIndex } from "./format.ts";
import { Gateway, readGateway } from "./gateway.ts";
import { headerProtocolLinkType } from "./link-type.ts";

/** How good the packet description found so far is; a better one replaces it. */
const Packet = { none: 0, ethernet: 1, header: 2, ipRecord: 3, ipHeader: 4 } as const;

/** One flow sample, reduced to what a row keeps; overwritten by each sample. */
export class FlowSample {
  /** Of a packet in a tunnel the innermost is kept, not the one that carries it (`Exporter.innerPackets`). */
  innerPackets = false;
  samplingInterval = 0;
  ingressInterface = 0;
  egressInterface = 0;
  flowDirection = 255;
  /** A `Packet` code; none where no record described a packet. */
  packet = 0;
  /** Layer-3 octets. */
  octets = 0;
  /** Octets of link headers and trailers, and of tunnels where the inner packet is kept, that were taken off to get there. */
  layer2Octets = 0;
  protocol = 0;
  ipClassOfService = 0;
  sourcePort = 0;
  destinationPort = 0;
  tcpControlBits = 0;
  vlanId = 0;
  ingressVni = 0;
  egressVni = 0;
  sourceAsNumber = 0;
  destinationAsNumber = 0;
  /** Network-order words, all zero where the sample gave no address. */
  readonly sourceAddress = new Uint32Array(4);
  readonly destinationAddress = new Uint32Array(4);
  sourcePrefixLength = 0;
  destinationPrefixLength = 0;
  /** As the addresses; of the extended router record. */
  readonly nextHop = new Uint32Array(4);
}

const frame = new Frame();
const spare: [Frame, Frame] = [new Frame(), new Frame()];
const gateway = new Gateway();

/**
 * Reads the flow sample whose body lies in [position, end) into `sample`.
 *
 * Outcomes: false where the fixed part is cut (nothing in `sample` is valid);
 * true otherwise. Records whose lengths contradict themselves are counted in
 * `outcome.malformedRecords`, and what of them lies inside the sample is used.
 * Source: sFlow Version 5, flow_sample and flow_sample_expanded.
 */
export function readFlowSample(
  view: DataView,
  position: number,
  end: number,
  expanded: boolean,
  sample: FlowSample,
  outcome: DecodeOutcome,
): boolean {
  const fixed = expanded ? 44 : 32;
  if (end - position < fixed) return false;
  let sourceType: number;
  let sourceIndex: number;
  let inputFormat: number;
  let input: number;
  let outputFormat: number;
  let output: number;
  if (expanded) {
    sourceType = view.getUint32(position + 4);
    sourceIndex = view.getUint32(position + 8);
    sample.samplingInterval = view.getUint32(position + 12);
    inputFormat = view.getUint32(position + 24);
    input = view.getUint32(position + 28);
    outputFormat = view.getUint32(position + 32);
    output = view.getUint32(position + 36);
  } else {
    const source = view.getUint32(position + 4);
    sourceType = source >>> 24;
    sourceIndex = source & 0xffffff;
    sample.samplingInterval = view.getUint32(position + 8);
    const inputWord = view.getUint32(position + 20);
    const outputWord = view.getUint32(position + 24);
    inputFormat = inputWord >>> 30;
    input = inputWord & 0x3fffffff;
    outputFormat = outputWord >>> 30;
    output = outputWord & 0x3fffffff;
  }
  sample.ingressInterface = interfaceIndex(inputFormat, input);
  sample.egressInterface = interfaceIndex(outputFormat, output);
  sample.flowDirection = direction(sourceType, sourceIndex, sample);
  clearPacket(sample);

  const records = view.getUint32(position + fixed - 4);
  let at = position + fixed;
  for (let record = 0; record < records; record++) {
    if (end - at < 8) {
      outcome.malformedRecords++;
      break;
    }
    const dataFormat = view.getUint32(at);
    const declared = view.getUint32(at + 4);
    at += 8;
    const length = Math.min(declared, end - at);
    if (length < declared) outcome.malformedRecords++;
    readRecord(view, dataFormat, at, at + length, sample, outcome);
    at += length;
    if (length < declared) break;
  }
  return true;
}

/** IE 61 by where the packet was sampled; 255 where the data source is no interface of the packet, or both. */
function direction(sourceType: number, sourceIndex: number, sample: FlowSample): number {
  if (sourceType !== 0 || sourceIndex === 0 || sample.ingressInterface === sample.egressInterface) return 255;
  if (sourceIndex === sample.ingressInterface) return 0;
  return sourceIndex === sample.egressInterface ? 1 : 255;
}

function clearPacket(sample: FlowSample): void {
  sample.packet = Packet.none;
  sample.octets = 0;
  sample.layer2Octets = 0;
  sample.protocol = 0;
  sample.ipClassOfService = 0;
  sample.sourcePort = 0;
  sample.destinationPort = 0;
  sample.tcpControlBits = 0;
  sample.vlanId = 0;
  sample.ingressVni = 0;
  sample.egressVni = 0;
  sample.sourceAsNumber = 0;
  sample.destinationAsNumber = 0;
  sample.sourcePrefixLength = 0;
  sample.destinationPrefixLength = 0;
  for (let word = 0; word < 4; word++) {
    sample.sourceAddress[word] = 0;
    sample.destinationAddress[word] = 0;
    sample.nextHop[word] = 0;
  }
}

/** Whether the sample has addresses, from a header or from an IP record. */
export function sampleIsIp(sample: FlowSample): boolean {
  return sample.packet >= Packet.ipRecord;
}

function readRecord(
  view: DataView,
  dataFormat: number,
  position: number,
  end: number,
  sample: FlowSample,
  outcome: DecodeOutcome,
): void {
  const length = end - position;
  switch (dataFormat) {
    case FlowFormat.sampledHeader:
      if (length < 16) break;
      readSampledHeader(view, position, end, sample, outcome);
      return;
    case FlowFormat.ethernet:
      if (length < 24) break;
      if (sample.packet >= Packet.ethernet) return;
      sample.packet = Packet.ethernet;
      // The MAC length counts the header (14) and the frame check sequence (4).
      setOctets(sample, view.getUint32(position), 18);
      return;
    case FlowFormat.ipv4:
      if (length < 32) break;
      if (sample.packet < Packet.ipRecord) readIpRecord(view, position, 4, sample);
      return;
    case FlowFormat.ipv6:
      if (length < 56) break;
      if (sample.packet < Packet.ipRecord) readIpRecord(view, position, 16, sample);
      return;
    case FlowFormat.extendedSwitch: {
      if (length < 16) break;
      const vlanId = view.getUint32(position);
      // The switch knows the VLAN of untagged ports too; 4095 and beyond stand for unknown.
      if (vlanId > 0 && vlanId < 4095) sample.vlanId = vlanId;
      return;
    }
    case FlowFormat.extendedVniEgress:
      if (length < 4) break;
      sample.egressVni = view.getUint32(position) & 0xffffff;
      return;
    case FlowFormat.extendedVniIngress:
      if (length < 4) break;
      sample.ingressVni = view.getUint32(position) & 0xffffff;
      return;
    case FlowFormat.extendedRouter: {
      // next_hop (address type and address), src_mask_len, dst_mask_len.
      if (length < 4) break;
      const addressType = view.getUint32(position);
      const octets = addressType === 1 ? 4 : addressType === 2 ? 16 : 0;
      if (length < 12 + octets) break;
      if (octets > 0) copyAddress(view, position + 4, octets, sample.nextHop);
      sample.sourcePrefixLength = view.getUint32(position + 4 + octets);
      sample.destinationPrefixLength = view.getUint32(position + 8 + octets);
      return;
    }
    case FlowFormat.extendedGateway:
      if (!readGateway(view, position, end, gateway)) break;
      // 0 and an empty path mean the exporter's own autonomous system, which the record names.
      sample.sourceAsNumber = gateway.sourceAsNumber === 0 ? gateway.asNumber : gateway.sourceAsNumber;
      sample.destinationAsNumber = gateway.pathLength === 0 ? gateway.asNumber : gateway.destinationAsNumber;
      return;
    default:
      return;
  }
  outcome.malformedRecords++;
}

function readSampledHeader(
  view: DataView,
  position: number,
  end: number,
  sample: FlowSample,
  outcome: DecodeOutcome,
): void {
  const frameLength = view.getUint32(position + 4);
  const stripped = view.getUint32(position + 8);
  const declared = view.getUint32(position + 12);
  const length = Math.min(declared, end - position - 16);
  if (length < declared) outcome.malformedRecords++;
  if (sample.packet === Packet.ipHeader) return;
  const linkType = headerProtocolLinkType(view.getUint32(position));
  if (!parseFrame(view, position + 16, length, frameLength, linkType, frame)) {
    if (sample.packet >= Packet.header) return;
    sample.packet = Packet.header;
    setOctets(sample, frameLength, frame.linkOctets + stripped);
    if (sample.vlanId === 0) sample.vlanId = frame.vlanId;
    return;
  }
  sample.packet = Packet.ipHeader;
  const packet = sample.innerPackets ? parseInnermost(view, frame, spare) : frame;
  const trailer = packet.ipOctetsFromFrame ? Math.min(stripped, packet.ipOctets) : 0;
  const octets = packet.ipOctets - trailer;
  sample.octets = octets;
  sample.layer2Octets = Math.max(0, frameLength - octets);
  sample.protocol = packet.protocol;
  sample.ipClassOfService = packet.ipClassOfService;
  sample.sourcePort = packet.sourcePort;
  sample.destinationPort = packet.destinationPort;
  sample.tcpControlBits = packet.tcpControlBits;
  if (sample.vlanId === 0) sample.vlanId = frame.vlanId;
  const addressOctets = packet.ipVersion === 4 ? 4 : 16;
  copyAddress(view, packet.sourceAddressOffset, addressOctets, sample.sourceAddress);
  copyAddress(view, packet.destinationAddressOffset, addressOctets, sample.destinationAddress);
}

/** sampled_ipv4 and sampled_ipv6: length, protocol, addresses, ports, flags, TOS or priority. */
function readIpRecord(view: DataView, position: number, addressOctets: number, sample: FlowSample): void {
  const after = position + 8 + 2 * addressOctets;
  sample.packet = Packet.ipRecord;
  sample.octets = view.getUint32(position);
  sample.layer2Octets = 0;
  sample.protocol = view.getUint32(position + 4);
  sample.sourcePort = view.getUint32(after);
  sample.destinationPort = view.getUint32(after + 4);
  sample.tcpControlBits = view.getUint32(after + 8);
  sample.ipClassOfService = view.getUint32(after + 12);
  copyAddress(view, position + 8, addressOctets, sample.sourceAddress);
  copyAddress(view, position + 8 + addressOctets, addressOctets, sample.destinationAddress);
}

function setOctets(sample: FlowSample, frameLength: number, layer2Octets: number): void {
  const removed = Math.min(frameLength, layer2Octets);
  sample.octets = frameLength - removed;
  sample.layer2Octets = removed;
}

function copyAddress(view: DataView, position: number, octets: number, words: Uint32Array): void {
  if (octets === 4) {
    words[0] = 0;
    words[1] = 0;
    words[2] = mappedWord;
    words[3] = view.getUint32(position, hostIsLittleEndian);
    return;
  }
  for (let word = 0; word < 4; word++) words[word] = view.getUint32(position + 4 * word, hostIsLittleEndian);
}
