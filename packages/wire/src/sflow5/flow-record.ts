import { describeFrame } from "../frame/describe.ts";
import { Frame } from "../frame/frame.ts";
import { parseFrame } from "../frame/parse.ts";
import { readExtendedRecord } from "./extended-record.ts";
import { FlowFormat } from "./format.ts";
import { headerProtocolLinkType } from "./link-type.ts";
import { hexText, macText, RecordReader, type Sflow5Value } from "./record-reader.ts";

type Into = (name: string, value: Sflow5Value) => void;

const frame = new Frame();

/**
 * Reads the fields of one flow record into `into`, under their IANA names
 * where there is one.
 *
 * Outcomes: false where the format is not known; `reader.cut` where the record
 * is shorter than its structure, and then the fields that are there are read.
 * Source: sFlow Version 5, section 5 (flow data formats).
 */
export function readFlowRecord(dataFormat: number, reader: RecordReader, into: Into): boolean {
  switch (dataFormat) {
    case FlowFormat.sampledHeader:
      readSampledHeader(reader, into);
      return true;
    case FlowFormat.ethernet:
      field(into, "dataLinkFrameSize", reader.unsigned32());
      field(into, "sourceMacAddress", reader.macAddress());
      field(into, "destinationMacAddress", reader.macAddress());
      field(into, "ethernetType", reader.unsigned32());
      return true;
    case FlowFormat.ipv4:
    case FlowFormat.ipv6: {
      const six = dataFormat === FlowFormat.ipv6;
      const family = six ? "IPv6" : "IPv4";
      field(into, "ipTotalLength", reader.unsigned32());
      field(into, "protocolIdentifier", reader.unsigned32());
      field(into, `source${family}Address`, reader.address(six ? 16 : 4));
      field(into, `destination${family}Address`, reader.address(six ? 16 : 4));
      field(into, "sourceTransportPort", reader.unsigned32());
      field(into, "destinationTransportPort", reader.unsigned32());
      field(into, "tcpControlBits", reader.unsigned32());
      field(into, "ipClassOfService", reader.unsigned32());
      return true;
    }
    case FlowFormat.extendedSwitch:
      field(into, "vlanId", reader.unsigned32());
      field(into, "sourceVlanPriority", reader.unsigned32());
      field(into, "postVlanId", reader.unsigned32());
      field(into, "destinationVlanPriority", reader.unsigned32());
      return true;
    case FlowFormat.extendedRouter: {
      const family = readNextHop(reader, into, "ipNextHop");
      field(into, `source${family}PrefixLength`, reader.unsigned32());
      field(into, `destination${family}PrefixLength`, reader.unsigned32());
      return true;
    }
    case FlowFormat.extendedGateway:
      readGatewayRecord(reader, into);
      return true;
    default:
      return readExtendedRecord(dataFormat, reader, into);
  }
}

function field(into: Into, name: string, value: Sflow5Value | null): void {
  if (value !== null) into(name, value);
}

/** Reads an address with its type; the family it belongs to, IPv4 where it is unknown. */
function readNextHop(reader: RecordReader, into: Into, name: string): "IPv4" | "IPv6" {
  const type = reader.unsigned32();
  if (type === 1) field(into, `${name}IPv4Address`, reader.address(4));
  else if (type === 2) field(into, `${name}IPv6Address`, reader.address(16));
  else if (type !== 0) reader.take(Infinity);
  return type === 2 ? "IPv6" : "IPv4";
}

/** Path segments: a sequence is its numbers, a set an array inside (RFC 4271, 4.3). */
function readGatewayRecord(reader: RecordReader, into: Into): void {
  readNextHop(reader, into, "bgpNextHop");
  field(into, "routerAsNumber", reader.unsigned32());
  field(into, "bgpSourceAsNumber", reader.unsigned32());
  field(into, "bgpPrevAdjacentAsNumber", reader.unsigned32());
  const segments = reader.unsigned32();
  const path: Sflow5Value[] = [];
  for (let segment = 0; segment < (segments ?? 0) && !reader.cut; segment++) {
    const type = reader.unsigned32();
    const numbers = readNumbers(reader);
    if (type === 2) path.push(...numbers);
    else if (numbers.length > 0) path.push(numbers);
  }
  if (segments !== null) into("bgpAsPath", path);
  const first = path.flat().at(0);
  const last = path.flat().at(-1);
  if (first !== undefined && last !== undefined) {
    into("bgpNextAdjacentAsNumber", first);
    into("bgpDestinationAsNumber", last);
  }
  if (reader.cut) return;
  into("bgpCommunities", readNumbers(reader));
  field(into, "localPreference", reader.unsigned32());
}

function readNumbers(reader: RecordReader): number[] {
  const count = reader.unsigned32() ?? 0;
  const numbers: number[] = [];
  for (let index = 0; index < count; index++) {
    const number = reader.unsigned32();
    if (number === null) break;
    numbers.push(number);
  }
  return numbers;
}

function readSampledHeader(reader: RecordReader, into: Into): void {
  const headerProtocol = reader.unsigned32();
  field(into, "headerProtocol", headerProtocol);
  const frameLength = reader.unsigned32();
  field(into, "dataLinkFrameSize", frameLength);
  field(into, "strippedOctets", reader.unsigned32());
  const declared = reader.unsigned32();
  if (headerProtocol === null || frameLength === null || declared === null) return;
  const length = Math.min(declared, reader.end - reader.position);
  const at = reader.position;
  const view = reader.view;
  // A length past the end leaves what is there; the padding after a good one belongs to nobody.
  if (length < declared) reader.take(Infinity);
  else reader.take(length);
  into("dataLinkFrameSection", hexText(view, at, length));
  const linkType = headerProtocolLinkType(headerProtocol);
  parseFrame(view, at, length, frameLength, linkType, frame);
  if (headerProtocol === 1 && length >= 14) {
    into("destinationMacAddress", macText(view, at));
    into("sourceMacAddress", macText(view, at + 6));
    into("ethernetType", frame.etherType);
  }
  describeFrame(view, frame, into);
}
