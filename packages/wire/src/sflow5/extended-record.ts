import type { PacketFields } from "../frame/describe.ts";
import type { RecordReader, Sflow5Value } from "./record-reader.ts";

type Into = (name: string, value: Sflow5Value) => void;

/** Reads the fields of one structure; a field that is cut is left out. */
type Structure = (reader: RecordReader, into: Into) => void;

/**
 * Flow records that say more of a packet than its headers, by data format.
 * Names are IANA's where there is one, else the specification's.
 *
 * Source: sFlow Version 5, extended flow data; sflow_nat.txt (NAT ports),
 * sflow_tunnels.txt, sflow_host.txt (sockets).
 */
const structures: Readonly<Record<number, Structure>> = {
  1004: (reader, into) => {
    field(into, "sourceCharset", reader.unsigned32());
    field(into, "sourceUser", reader.text());
    field(into, "destinationCharset", reader.unsigned32());
    field(into, "destinationUser", reader.text());
  },
  1005: (reader, into) => {
    field(into, "urlDirection", reader.unsigned32());
    field(into, "url", reader.text());
    field(into, "host", reader.text());
  },
  1006: (reader, into) => {
    readAddress(reader, into, "mplsNextHop");
    field(into, "mplsInStack", readWords(reader));
    field(into, "mplsOutStack", readWords(reader));
  },
  1007: (reader, into) => {
    readAddress(reader, into, "postNATSource");
    readAddress(reader, into, "postNATDestination");
  },
  1008: (reader, into) => {
    field(into, "mplsTunnelName", reader.text());
    field(into, "mplsTunnelId", reader.unsigned32());
    field(into, "mplsTunnelCos", reader.unsigned32());
  },
  1009: (reader, into) => {
    field(into, "mplsVcInstanceName", reader.text());
    field(into, "mplsVllVcId", reader.unsigned32());
    field(into, "mplsVcLabelCos", reader.unsigned32());
  },
  1010: (reader, into) => {
    field(into, "mplsFTNDescr", reader.text());
    field(into, "mplsFTNMask", reader.unsigned32());
  },
  1011: (reader, into) => field(into, "mplsFecAddrPrefixLength", reader.unsigned32()),
  1012: (reader, into) => field(into, "vlanStack", readWords(reader)),
  1020: (reader, into) => {
    field(into, "postNAPTSourceTransportPort", reader.unsigned32());
    field(into, "postNAPTDestinationTransportPort", reader.unsigned32());
  },
  1021: (reader, into) => into("egressTunnel", readEthernet(reader)),
  1022: (reader, into) => into("ingressTunnel", readEthernet(reader)),
  1023: (reader, into) => into("egressTunnel", readPacket(reader, 4)),
  1024: (reader, into) => into("ingressTunnel", readPacket(reader, 4)),
  1025: (reader, into) => into("egressTunnel", readPacket(reader, 16)),
  1026: (reader, into) => into("ingressTunnel", readPacket(reader, 16)),
  1027: (reader, into) => field(into, "egressInnerHeaderOffset", reader.unsigned32()),
  1028: (reader, into) => field(into, "ingressInnerHeaderOffset", reader.unsigned32()),
  1029: (reader, into) => field(into, "egressVni", reader.unsigned32()),
  1030: (reader, into) => field(into, "ingressVni", reader.unsigned32()),
  2100: (reader, into) => into("socket", readSocket(reader, 4)),
  2101: (reader, into) => into("socket", readSocket(reader, 16)),
  2102: (reader, into) => into("proxySocket", readSocket(reader, 4)),
  2103: (reader, into) => into("proxySocket", readSocket(reader, 16)),
};

/** Reads the fields of an extended flow record; false where the format is not known. */
export function readExtendedRecord(dataFormat: number, reader: RecordReader, into: Into): boolean {
  const structure = structures[dataFormat];
  structure?.(reader, into);
  return structure !== undefined;
}

function field(into: Into, name: string, value: Sflow5Value | null): void {
  if (value !== null) into(name, value);
}

/** An address behind its type: `<name>IPv4Address` or `<name>IPv6Address`. */
function readAddress(reader: RecordReader, into: Into, name: string): void {
  const type = reader.unsigned32();
  if (type === 1) field(into, `${name}IPv4Address`, reader.address(4));
  else if (type === 2) field(into, `${name}IPv6Address`, reader.address(16));
  // What follows an address of unknown length cannot be found.
  else if (type !== 0) reader.take(Infinity);
}

function readWords(reader: RecordReader): number[] | null {
  const count = reader.unsigned32();
  if (count === null) return null;
  const words: number[] = [];
  while (words.length < count) {
    const word = reader.unsigned32();
    if (word === null) break;
    words.push(word);
  }
  return words;
}

/** Fields of a structure as one object. */
function gather(read: (put: (name: string, value: string | number | null) => void) => void): PacketFields {
  const fields: PacketFields = {};
  read((name, value) => {
    if (value !== null) fields[name] = value;
  });
  return fields;
}

/** sampled_ethernet. */
function readEthernet(reader: RecordReader): PacketFields {
  return gather((put) => {
    put("dataLinkFrameSize", reader.unsigned32());
    put("sourceMacAddress", reader.macAddress());
    put("destinationMacAddress", reader.macAddress());
    put("ethernetType", reader.unsigned32());
  });
}

/** sampled_ipv4 and sampled_ipv6. */
function readPacket(reader: RecordReader, octets: 4 | 16): PacketFields {
  const family = octets === 4 ? "IPv4" : "IPv6";
  return gather((put) => {
    put("ipTotalLength", reader.unsigned32());
    put("protocolIdentifier", reader.unsigned32());
    put(`source${family}Address`, reader.address(octets));
    put(`destination${family}Address`, reader.address(octets));
    put("sourceTransportPort", reader.unsigned32());
    put("destinationTransportPort", reader.unsigned32());
    put("tcpControlBits", reader.unsigned32());
    put("ipClassOfService", reader.unsigned32());
  });
}

function readSocket(reader: RecordReader, octets: 4 | 16): PacketFields {
  const family = octets === 4 ? "IPv4" : "IPv6";
  return gather((put) => {
    put("protocolIdentifier", reader.unsigned32());
    put(`local${family}Address`, reader.address(octets));
    put(`remote${family}Address`, reader.address(octets));
    put("localPort", reader.unsigned32());
    put("remotePort", reader.unsigned32());
  });
}
