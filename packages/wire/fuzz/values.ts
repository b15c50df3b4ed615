import assert from "node:assert/strict";
import {
  type DecodeOutcome,
  type FieldValue,
  type FlowBatch,
  formatAddress,
  type Message,
  type MessageRecord,
  type MessageSet,
  type Sflow5Message,
} from "../src/index.ts";

type Field = { readonly name: string; readonly length: number | "variable" };

/** The templates that messages have told, by protocol, domain and id, as the generic codec gives them. */
export class TemplatesTold {
  readonly #fields = new Map<string, readonly Field[]>();

  learn(domain: string, set: MessageSet): void {
    for (const { templateId, fields } of set.records) {
      if (fields !== undefined)
        this.#fields.set(`${domain}:${Number(templateId)}`, fields as unknown as Field[]);
    }
  }

  of(domain: string, set: MessageSet): readonly Field[] | undefined {
    return this.#fields.get(`${domain}:${set.id}`);
  }
}

const octetNames = ["octetDeltaCount", "octetTotalCount", "postOctetDeltaCount", "postOctetTotalCount"];
const packetNames = ["packetDeltaCount", "packetTotalCount", "postPacketDeltaCount", "postPacketTotalCount"];

/** Names that make a row by rules of their own: biflows, layer 2. A message that has one is passed over. */
const otherRules =
  /^(reverse|initiator|responder|layer2|e9:122|dataLinkFrame|ipHeaderPacketSection|mplsLabelStackSection|.*List$)/;

/**
 * Holds the rows that a message appended, from the batch's first on, against the values of its records: addresses,
 * ports, protocol, octets and packets.
 */
export function checkRowsAgainstValues(
  batch: FlowBatch,
  outcome: DecodeOutcome,
  message: Message,
  told: TemplatesTold,
): void {
  if (message.version === "sFlow5") {
    checkSamples(batch, outcome, message);
    return;
  }
  const domain = `${message.version}:${message.observationDomainId}`;
  let row = 0;
  // Rows of sets that had waited stand among them.
  let known = outcome.releasedSets === 0;
  for (const set of message.sets) {
    if (set.kind === "template" || set.kind === "optionsTemplate") told.learn(domain, set);
    if (set.kind !== "data" || !known) continue;
    const fields = message.version < 9 ? fieldsOf(set.records[0]) : told.of(domain, set);
    if (fields === undefined || fields.some(({ name }) => otherRules.test(name))) known = false;
    else row = checkSet(batch, row, set.records, fields);
  }
  if (known) assert.equal(row, outcome.rows, "rows of the message");
}

/** As above, of the flow samples that hold one sampled header and nothing else that tells of a packet. */
function checkSamples(batch: FlowBatch, outcome: DecodeOutcome, { sets }: Sflow5Message): void {
  const samples = sets.filter(({ id, kind }) => kind === "sample" && (id === 1 || id === 3));
  // Samples of no packet are no rows: then nobody tells which row is whose.
  if (samples.length !== outcome.rows) return;
  for (const [row, { records }] of samples.entries()) {
    const [record] = records;
    const told = (record["sampleRecords"] as readonly string[]).filter((name) => /^0:[1-4]$/.test(name));
    if (told.length !== 1 || told[0] !== "0:1") continue;
    const source = record["sourceIPv4Address"] ?? record["sourceIPv6Address"];
    const destination = record["destinationIPv4Address"] ?? record["destinationIPv6Address"];
    if (source === undefined || destination === undefined) continue;
    same("sourceAddress", formatAddress(batch.sourceAddress, 4 * row), unmapped(source as string));
    same(
      "destinationAddress",
      formatAddress(batch.destinationAddress, 4 * row),
      unmapped(destination as string),
    );
    same("protocolIdentifier", batch.protocolIdentifier[row], record["protocolIdentifier"] as number);
    same(
      "sourceTransportPort",
      batch.sourceTransportPort[row],
      (record["sourceTransportPort"] ?? 0) as number,
    );
  }
}

/** Columns hold an IPv4 address in an IPv6 one as IPv4. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

/** Of a layout without templates: every field, in lengths that any column takes. */
function fieldsOf(record: MessageRecord | undefined): Field[] {
  return Object.keys(record ?? {}).map((name) => ({
    name,
    length: name.endsWith("IPv4Address") ? 4 : /(Ports?|Control.*|Id)$/.test(name) ? 2 : 8,
  }));
}

function checkSet(
  batch: FlowBatch,
  first: number,
  records: readonly MessageRecord[],
  fields: readonly Field[],
): number {
  const octets = choose(fields, octetNames, 1, 8);
  const packets = choose(fields, packetNames, 1, 8);
  if (octets === undefined && packets === undefined) return first;
  const source = addressOf(fields, "source");
  const destination = addressOf(fields, "destination");
  const sourcePort = choose(fields, ["sourceTransportPort", "tcpSourcePort", "udpSourcePort"], 1, 8);
  const protocol = choose(fields, ["protocolIdentifier"], 1, 8);
  let row = first;
  for (const record of records) {
    same("octetDeltaCount", batch.octetDeltaCount[row], Number(octets?.(record) ?? 0));
    same("packetDeltaCount", batch.packetDeltaCount[row], Number(packets?.(record) ?? 0));
    if (sourcePort !== undefined) {
      same("sourceTransportPort", batch.sourceTransportPort[row], lowBits(sourcePort(record), 16));
    }
    if (protocol !== undefined) {
      same("protocolIdentifier", batch.protocolIdentifier[row], lowBits(protocol(record), 8));
    }
    if (source !== undefined) {
      same("sourceAddress", formatAddress(batch.sourceAddress, 4 * row), source(record));
    }
    if (destination !== undefined) {
      same("destinationAddress", formatAddress(batch.destinationAddress, 4 * row), destination(record));
    }
    row++;
  }
  return row;
}

/** Cheaper than an assertion, which this would be millions of times. */
function same(name: string, column: number | string, value: number | string): void {
  if (column !== value) assert.fail(`${name} is ${column} in its column and ${value} among the values`);
}

type Read = (record: MessageRecord) => FieldValue;

/** Reads the first field of the first name that has one of a fitting length. */
function choose(
  fields: readonly Field[],
  names: readonly string[],
  least: number,
  most: number,
): Read | undefined {
  for (const name of names) {
    const ofName = fields.filter((field) => field.name === name);
    const at = ofName.findIndex(({ length }) => length !== "variable" && length >= least && length <= most);
    if (at < 0) continue;
    return (record) => (ofName.length === 1 ? record[name] : (record[name] as readonly FieldValue[])[at]);
  }
  return undefined;
}

/** As `choose`, of a column that is IPv4 or IPv6: the first in the template that is not zero. */
function addressOf(
  fields: readonly Field[],
  side: "source" | "destination",
): ((record: MessageRecord) => string) | undefined {
  const ipv4 = choose(fields, [`${side}IPv4Address`], 4, 4);
  const ipv6 = choose(fields, [`${side}IPv6Address`], 16, 16);
  // Which of two comes first is a rule of its own.
  if (ipv4 !== undefined && ipv6 !== undefined) return undefined;
  const read = ipv4 ?? ipv6;
  return read && ((record) => unmapped(read(record) as string));
}

function lowBits(value: FieldValue, bits: number): number {
  return Number(BigInt.asUintN(bits, BigInt(value as number | string)));
}
