import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type FieldValue,
  type FlowBatch,
  formatAddress,
  type MessageRecord,
  type NetflowMessage,
  readMessage,
} from "@ishizue/wire";
import { readCases } from "./cases.ts";
import { textOf } from "./comparison.ts";
import { readDatagrams } from "./datagrams.ts";
import { decodeAll, Exporters } from "./replay.ts";

const cases = readCases();
let valuesCompared = 0;
after(() => {
  if (valuesCompared > 0) console.log(`columns: ${valuesCompared} values compared with the generic codec`);
});

test("columns are compared", { skip: cases.size === 0 && "no ../shared/captures beside the project" }, () => {
  assert.ok(cases.size > 0);
});

for (const [name, files] of cases) {
  if (name.includes("sflow") || name.startsWith("cistern")) continue;
  test(`${name}: columns hold what the generic codec reads`, async () => {
    const columnSide = new Exporters();
    const genericSide = new Exporters();
    const init = new Map<string, number>();
    for (const file of files) {
      decodeAll(await readDatagrams(file), columnSide, (outcome, batch, { bytes, source }) => {
        const message = readMessage(bytes, 0, bytes.length, genericSide.of(source)) as NetflowMessage;
        const domain = `${source} ${message.version} ${message.observationDomainId}`;
        let row = 0;
        for (const set of message.sets) {
          for (const record of set.records) {
            const started = record["systemInitTimeMilliseconds"];
            if (set.kind === "options" && typeof started === "string") init.set(domain, Date.parse(started));
            if (set.kind !== "data" || countOf(record, octetNames) === undefined) continue;
            compareRow(record, message, init.get(domain), batch, row);
            row++;
            if (carriesReverse(record)) {
              assert.equal(batch.octetDeltaCount[row], countOf(record, ["responderOctets"]) ?? 0);
              row++;
            }
          }
        }
        assert.equal(outcome.rows - outcome.releasedRows, row);
      });
    }
  });
}

const octetNames = [
  "octetDeltaCount",
  "octetTotalCount",
  "postOctetDeltaCount",
  "postOctetTotalCount",
  "initiatorOctets",
];
const packetNames = [
  "packetDeltaCount",
  "packetTotalCount",
  "postPacketDeltaCount",
  "postPacketTotalCount",
  "initiatorPackets",
];

function carriesReverse(record: MessageRecord): boolean {
  return (
    Number(first(record, ["responderOctets"]) ?? 0) + Number(first(record, ["responderPackets"]) ?? 0) > 0
  );
}

/** The first value of the first name that the record has. */
function first(record: MessageRecord, names: readonly string[]): FieldValue | undefined {
  for (const name of names) {
    const value = record[name];
    if (value !== undefined) return Array.isArray(value) ? (value as FieldValue[])[0] : value;
  }
  return undefined;
}

function countOf(record: MessageRecord, names: readonly string[]): number | undefined {
  const value = first(record, names);
  return value === undefined ? undefined : Number(value);
}

function addressOf(record: MessageRecord, side: "source" | "destination"): string {
  const cisco = side === "source" ? "connection_client_ipv4_address" : "connection_server_ipv4_address";
  const four = first(record, [`${side}IPv4Address`, cisco]);
  const six = first(record, [`${side}IPv6Address`]);
  if (four === undefined) return six === undefined ? "::" : textOf(six);
  if (six === undefined) return textOf(four);
  const names = Object.keys(record);
  const sixFirst = names.indexOf(`${side}IPv6Address`) < names.indexOf(`${side}IPv4Address`);
  if (sixFirst) return six === "::" ? textOf(four) : textOf(six);
  return four === "0.0.0.0" ? textOf(six) : textOf(four);
}

function timeOf(
  record: MessageRecord,
  side: "Start" | "End",
  message: NetflowMessage,
  init: number | undefined,
): number | undefined {
  for (const unit of ["Milliseconds", "Microseconds", "Nanoseconds", "Seconds"]) {
    const value = record[`flow${side}${unit}`];
    if (value !== undefined) return Date.parse(textOf(value).replace(/(\.\d{3})\d+/, "$1"));
  }
  const delta = record[`flow${side}DeltaMicroseconds`];
  if (delta !== undefined) return message.exportTimeMs - Math.round(Number(delta) / 1000);
  const switched = record[`flow${side}SysUpTime`];
  if (switched === undefined) return undefined;
  if (message.sysUpTimeMs !== undefined) {
    const age = BigInt.asIntN(32, BigInt(message.sysUpTimeMs) - BigInt(Number(switched)));
    return message.exportTimeMs - Number(age);
  }
  if (init === undefined) return 0;
  const age = BigInt.asIntN(32, BigInt(message.exportTimeMs - init) - BigInt(Number(switched)));
  return message.exportTimeMs - Number(age);
}

function compareRow(
  record: MessageRecord,
  message: NetflowMessage,
  init: number | undefined,
  batch: FlowBatch,
  row: number,
): void {
  const number = (...names: string[]) => Number(first(record, names) ?? 0);
  const direction = number("flowDirection");
  const expected: [string, number | string, number | string][] = [
    ["octets", countOf(record, octetNames) ?? 0, batch.octetDeltaCount[row]],
    ["packets", countOf(record, packetNames) ?? 0, batch.packetDeltaCount[row]],
    ["source", addressOf(record, "source"), formatAddress(batch.sourceAddress, 4 * row)],
    ["destination", addressOf(record, "destination"), formatAddress(batch.destinationAddress, 4 * row)],
    [
      "source port",
      number("sourceTransportPort", "tcpSourcePort", "udpSourcePort"),
      batch.sourceTransportPort[row],
    ],
    [
      "destination port",
      number(
        "destinationTransportPort",
        "tcpDestinationPort",
        "udpDestinationPort",
        "connection_server_transport_port",
      ),
      batch.destinationTransportPort[row],
    ],
    ["protocol", number("protocolIdentifier", "nextHeaderIPv6"), batch.protocolIdentifier[row]],
    ["flags", number("tcpControlBits"), batch.tcpControlBits[row]],
    [
      "class of service",
      first(record, ["ipClassOfService"]) === undefined
        ? number("ipDiffServCodePoint") * 4
        : number("ipClassOfService"),
      batch.ipClassOfService[row],
    ],
    ["ingress", number("ingressInterface", "ingressPhysicalInterface"), batch.ingressInterface[row]],
    ["egress", number("egressInterface", "egressPhysicalInterface"), batch.egressInterface[row]],
    ["source AS", number("bgpSourceAsNumber"), batch.bgpSourceAsNumber[row]],
    ["destination AS", number("bgpDestinationAsNumber"), batch.bgpDestinationAsNumber[row]],
    ["VLAN", number("vlanId", "dot1qVlanId"), batch.vlanId[row]],
    ["sampler", number("samplerId", "selectorId"), batch.samplerId[row]],
    [
      "direction",
      first(record, ["flowDirection"]) === undefined || direction > 1 ? 255 : direction,
      batch.flowDirection[row],
    ],
    ["domain", message.observationDomainId, batch.observationDomainId[row]],
  ];
  const start = timeOf(record, "Start", message, init);
  const end = timeOf(record, "End", message, init);
  if (start !== undefined) expected.push(["start", start, batch.flowStartMs[row]]);
  if (end !== undefined) expected.push(["end", end, batch.flowEndMs[row]]);
  valuesCompared += expected.length;
  for (const [name, wanted, got] of expected) {
    if (wanted !== got) assert.equal(got, wanted, `${name} of row ${row}: ${JSON.stringify(record)}`);
  }
}
