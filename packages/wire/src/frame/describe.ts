import { formatAddress } from "../address/format.ts";
import { hostIsLittleEndian, isMapped, mappedWord } from "../address/word.ts";
import { Frame } from "./frame.ts";
import { parseTunnel, Tunnel, tunnelNames } from "./tunnel.ts";

/** Fields of a packet by their IANA names; `encapsulated` holds those of the packet inside a tunnel. */
export type PacketFields = { [name: string]: string | number | PacketFields };

/** Takes a field of a packet, in the order of its headers. */
export type IntoPacket = (name: string, value: string | number | PacketFields) => void;

/** Tunnels inside tunnels that are told. */
const maxTunnels = 4;

const words = new Uint32Array(4);

/**
 * Tells what `parseFrame` found, for people: VLANs, addresses, protocol,
 * layer-3 octets, ports, TCP control bits or ICMP type and code, and under
 * `encapsulated` the same of a packet inside a tunnel, with its `tunnel`.
 *
 * Outcomes: nothing where a frame has no VLAN and no IP header; no ports
 * where they were not captured or lie in an earlier fragment.
 */
export function describeFrame(view: DataView, frame: Frame, into: IntoPacket): void {
  describeLink(frame, into);
  describePacket(view, frame, into, 0);
}

function describeLink(frame: Frame, into: IntoPacket): void {
  if (frame.vlanTags > 0) into("dot1qVlanId", frame.vlanId);
  if (frame.vlanTags > 1) into("dot1qCustomerVlanId", frame.innerVlanId);
}

function describePacket(view: DataView, frame: Frame, into: IntoPacket, depth: number): void {
  if (frame.ipVersion === 0) return;
  const six = frame.ipVersion === 6;
  const family = six ? "IPv6" : "IPv4";
  into("ipVersion", frame.ipVersion);
  into(`source${family}Address`, packetAddressText(view, frame.sourceAddressOffset, six));
  into(`destination${family}Address`, packetAddressText(view, frame.destinationAddressOffset, six));
  into("protocolIdentifier", frame.protocol);
  into("ipClassOfService", frame.ipClassOfService);
  into("ipTTL", frame.ipTimeToLive);
  into("ipTotalLength", frame.ipOctets);
  if (frame.transportOffset === 0) return;
  if (frame.icmpTypeCode >= 0) into(`icmpTypeCode${family}`, frame.icmpTypeCode);
  if (carriesPorts(frame.protocol)) {
    into("sourceTransportPort", frame.sourcePort);
    into("destinationTransportPort", frame.destinationPort);
  }
  if (frame.protocol === 6 && frame.reason === 0) into("tcpControlBits", frame.tcpControlBits);
  if (depth < maxTunnels) describeTunnel(view, frame, into, depth + 1);
}

function describeTunnel(view: DataView, outer: Frame, into: IntoPacket, depth: number): void {
  const inner = new Frame();
  const tunnel = parseTunnel(view, outer, inner);
  if (tunnel === Tunnel.none) return;
  const fields: PacketFields = { tunnel: tunnelNames[tunnel] };
  const intoFields: IntoPacket = (name, value) => {
    fields[name] = value;
  };
  describeLink(inner, intoFields);
  describePacket(view, inner, intoFields, depth);
  into("encapsulated", fields);
}

function carriesPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136;
}

function packetAddressText(view: DataView, position: number, six: boolean): string {
  if (!six) {
    words[0] = 0;
    words[1] = 0;
    words[2] = mappedWord;
    words[3] = view.getUint32(position, hostIsLittleEndian);
    return formatAddress(words, 0);
  }
  for (let word = 0; word < 4; word++) words[word] = view.getUint32(position + 4 * word, hostIsLittleEndian);
  return isMapped(words, 0) ? `::ffff:${formatAddress(words, 0)}` : formatAddress(words, 0);
}
