import { counterFields, type CounterField } from "../sflow5/counter-record.ts";
import { EncodeError, listOf, numberOf, objectOf } from "./fault.ts";
import { OctetWriter } from "./octets.ts";
import { hexOctets, valueOctets } from "./value.ts";

type Tally = { sets: number; records: number; skippedSets: number };

/** A sample's values by name, as one of its records sees them. */
type Values = (name: string) => unknown;

/**
 * Writes one sFlow version 5 datagram from what `readSflow5Message` made of it.
 * Errors: EncodeError. Samples that were malformed are counted and left out;
 * what a sample's cut records lacked is not made up: they cannot be written.
 * Source: sFlow Version 5 (sflow_version_5.txt), XDR of its section 5.
 */
export function writeSflow5(out: OctetWriter, message: Record<string, unknown>, tally: Tally): void {
  out.unsigned32(5);
  writeAddress(out, message["agentAddress"], "agentAddress");
  for (const name of ["observationDomainId", "sequenceNumber", "sysUpTimeMs"]) {
    out.unsigned32(numberOf(message[name], name));
  }
  const countAt = out.at;
  out.unsigned32(0);
  let samples = 0;
  for (const value of listOf(message["sets"], "sets")) {
    const sample = objectOf(value, "a sample");
    if (sample["kind"] === "malformed") {
      tally.skippedSets++;
      continue;
    }
    const id = numberOf(sample["id"], "id");
    const record = objectOf(listOf(sample["records"], "records")[0], "a sample's record");
    const body = new OctetWriter();
    if (sample["kind"] === "undecoded")
      body.octets(hexOctets(record[`e${id >>> 12}:${id & 0xfff}`], undefined));
    else writeSample(body, id, record);
    out.unsigned32(id);
    out.unsigned32(body.at);
    out.octets(body.written());
    samples++;
    tally.sets++;
    tally.records++;
  }
  out.view.setUint32(countAt, samples);
}

function writeSample(out: OctetWriter, id: number, record: Record<string, unknown>): void {
  if (id < 1 || id > 4) throw new EncodeError(`sample format ${id} is not known`);
  if (record["cutRecords"] !== undefined) throw new EncodeError("records that were cut cannot be written");
  const expanded = id === 3 || id === 4;
  const flow = id === 1 || id === 3;
  const number = (name: string, most?: number): number => numberOf(record[name], name, most);
  out.unsigned32(number("sampleSequenceNumber"));
  if (expanded) {
    out.unsigned32(number("sourceIdType"));
    out.unsigned32(number("sourceIdIndex"));
  } else {
    out.unsigned32(number("sourceIdType", 0xff) * 0x100_0000 + number("sourceIdIndex", 0xff_ffff));
  }
  if (flow) {
    for (const name of ["samplingInterval", "samplePool", "sampleDrops"]) out.unsigned32(number(name));
    for (const side of ["ingress", "egress"]) {
      const format = numberOf(record[`${side}InterfaceFormat`] ?? 0, `${side}InterfaceFormat`);
      if (expanded) out.unsigned32(format);
      const index = number(`${side}Interface`, expanded ? undefined : 0x3fff_ffff);
      out.unsigned32(expanded ? index : (format & 3) * 0x4000_0000 + index);
    }
  }
  const formats = listOf(record["sampleRecords"], "sampleRecords").map(String);
  out.unsigned32(formats.length);
  const copies = new Map<string, number>();
  for (const format of formats) {
    const copy = (copies.get(format) ?? 0) + 1;
    copies.set(format, copy);
    const several = formats.indexOf(format) !== formats.lastIndexOf(format);
    writeSampleRecord(out, format, valuesOf(record, format, several ? copy : 0), flow);
  }
}

/**
 * A value that differs from an earlier record's under the same name stands under
 * a name of its own. `copy` is the record's number among several of its format, 0 where it is the only one.
 */
function valuesOf(record: Record<string, unknown>, format: string, copy: number): Values {
  const own = (name: string): string => (copy > 2 ? `${format}.${name}#${copy}` : `${format}.${name}`);
  return (name) => (copy === 1 ? undefined : record[own(name)]) ?? record[name];
}

function writeSampleRecord(out: OctetWriter, format: string, values: Values, flow: boolean): void {
  const parts = /^(\d+):(\d+)$/.exec(format);
  if (parts === null) throw new EncodeError(`${JSON.stringify(format)} is no record format`);
  const number = Number(parts[1]) * 4096 + Number(parts[2]);
  const body = new OctetWriter();
  const unknown = values(`e${format}`);
  const write = flow ? flowRecords[number] : undefined;
  const fields = flow ? undefined : counterFields.get(number);
  if (unknown !== undefined) body.octets(hexOctets(unknown, undefined));
  else if (write !== undefined) write(body, values);
  else if (fields !== undefined) writeCounters(body, fields, values);
  else if (!flow && number === 2001) writeAdapters(body, values);
  else throw new EncodeError(`record format ${format} is not known and has no octets`);
  out.unsigned32(number);
  out.unsigned32(body.at);
  out.octets(body.written());
}

/** By data format (enterprise 0). */
const flowRecords: Readonly<Record<number, (out: OctetWriter, values: Values) => void>> = {
  1: (out, values) => {
    words(out, values, "headerProtocol dataLinkFrameSize strippedOctets");
    writeOpaque(out, hexOctets(values("dataLinkFrameSection"), undefined));
  },
  2: (out, values) => {
    words(out, values, "dataLinkFrameSize");
    for (const name of ["sourceMacAddress", "destinationMacAddress"]) writeMac(out, values(name));
    words(out, values, "ethernetType");
  },
  3: (out, values) => writePacket(out, values, "IPv4"),
  4: (out, values) => writePacket(out, values, "IPv6"),
  1001: (out, values) => words(out, values, "vlanId sourceVlanPriority postVlanId destinationVlanPriority"),
  1002: (out, values) => {
    const family = writeNextHop(out, values, "ipNextHop");
    words(out, values, `source${family}PrefixLength destination${family}PrefixLength`);
  },
  1003: writeGateway,
};

function words(out: OctetWriter, values: Values, names: string): void {
  for (const name of names.split(" ")) out.unsigned32(numberOf(values(name), name));
}

function writePacket(out: OctetWriter, values: Values, family: "IPv4" | "IPv6"): void {
  words(out, values, "ipTotalLength protocolIdentifier");
  for (const side of ["source", "destination"]) {
    out.octets(
      valueOctets(
        values(`${side}${family}Address`),
        family === "IPv4" ? "ipv4Address" : "ipv6Address",
        undefined,
      ),
    );
  }
  words(out, values, "sourceTransportPort destinationTransportPort tcpControlBits ipClassOfService");
}

function writeAddress(out: OctetWriter, address: unknown, name: string): void {
  if (typeof address !== "string") throw new EncodeError(`${name} is no address`);
  const six = address.includes(":");
  out.unsigned32(six ? 2 : 1);
  out.octets(valueOctets(address, six ? "ipv6Address" : "ipv4Address", undefined));
}

function writeNextHop(out: OctetWriter, values: Values, name: string): "IPv4" | "IPv6" {
  const six = values(`${name}IPv6Address`);
  const address = six ?? values(`${name}IPv4Address`);
  if (address === undefined) out.unsigned32(0);
  else writeAddress(out, address, name);
  return six === undefined ? "IPv4" : "IPv6";
}

/** A sequence (2) is its numbers, a set (1) an array inside; numbers side by side are one sequence. */
function writeGateway(out: OctetWriter, values: Values): void {
  writeNextHop(out, values, "bgpNextHop");
  words(out, values, "routerAsNumber bgpSourceAsNumber bgpPrevAdjacentAsNumber");
  const segments: { type: number; numbers: unknown[] }[] = [];
  for (const part of listOf(values("bgpAsPath"), "bgpAsPath")) {
    const last = segments.at(-1);
    if (Array.isArray(part)) segments.push({ type: 1, numbers: part as unknown[] });
    else if (last?.type === 2) last.numbers.push(part);
    else segments.push({ type: 2, numbers: [part] });
  }
  out.unsigned32(segments.length);
  for (const { type, numbers } of segments) {
    out.unsigned32(type);
    writeNumbers(out, numbers, "bgpAsPath");
  }
  writeNumbers(out, listOf(values("bgpCommunities"), "bgpCommunities"), "bgpCommunities");
  words(out, values, "localPreference");
}

function writeNumbers(out: OctetWriter, numbers: unknown[], name: string): void {
  out.unsigned32(numbers.length);
  for (const number of numbers) out.unsigned32(numberOf(number, name));
}

/** XDR opaque: length, octets, zeros to four. */
function writeOpaque(out: OctetWriter, octets: Uint8Array): void {
  out.unsigned32(octets.length);
  out.octets(octets);
  out.zeros((4 - (octets.length & 3)) & 3);
}

/** A MAC address in two words. */
function writeMac(out: OctetWriter, value: unknown): void {
  out.octets(valueOctets(value, "macAddress", 6));
  out.zeros(2);
}

/** Newer agents append fields: the first that has no value ends the record. */
function writeCounters(out: OctetWriter, fields: readonly CounterField[], values: Values): void {
  for (const [name, kind] of fields) {
    const value = values(name);
    if (value === undefined) return;
    if (kind === "u32") out.unsigned32(numberOf(value, name));
    else if (kind === "u64") out.octets(valueOctets(value, "unsigned64", 8));
    else if (kind === "f32") out.octets(valueOctets(value, "float32", 4));
    else if (kind === "mac") writeMac(out, value);
    else if (kind === "text") writeOpaque(out, valueOctets(value, "string", undefined));
    else out.octets(hexOctets(typeof value === "string" ? value.replaceAll("-", "") : value, 16));
  }
}

function writeAdapters(out: OctetWriter, values: Values): void {
  const adapters = listOf(values("adapters"), "adapters");
  out.unsigned32(adapters.length);
  for (const adapter of adapters) {
    const [index, ...addresses] = listOf(adapter, "an adapter");
    out.unsigned32(numberOf(index, "an adapter's index"));
    out.unsigned32(addresses.length);
    for (const address of addresses) writeMac(out, address);
  }
}
