import { reverseEnterprise } from "../registry/element.ts";
import { elementId as ie } from "../registry/name.ts";
import type { Template } from "../template/template.ts";
import { SamplingOrigin } from "../flow/batch.ts";
import { type ColumnName, columnNames, mappedAddress, noAddress } from "../flow/constant-rows.ts";
import { type AddressColumn, type AddressStatements, addressStatements, restOfAddress } from "./address.ts";
import { chooseField, type ElementKey } from "./choose.ts";
import { CompiledColumns } from "./bind.ts";
import { type ColumnDecoder, setContext } from "./decoder.ts";
import { type Position, unsigned, unsigned16, unsigned32, unsigned8 } from "./expression.ts";
import { intervalExpression } from "./interval.ts";
import { joinReads } from "./join.ts";
import { placeFields, type PlacedField } from "./layout.ts";
import { timeExpressions } from "./time.ts";

const octetKeys: readonly ElementKey[] = [
  ie.octetDeltaCount,
  ie.octetTotalCount,
  ie.postOctetDeltaCount,
  ie.postOctetTotalCount,
  ie.initiatorOctets,
];
const packetKeys: readonly ElementKey[] = [
  ie.packetDeltaCount,
  ie.packetTotalCount,
  ie.postPacketDeltaCount,
  ie.postPacketTotalCount,
  ie.initiatorPackets,
  ie.layer2FrameDeltaCount,
  ie.layer2FrameTotalCount,
];
const samplerKeys: readonly ElementKey[] = [ie.samplerId, ie.selectorId];
const layer2OctetKeys: readonly ElementKey[] = [ie.layer2OctetDeltaCount, ie.layer2OctetTotalCount];
const reverseOctetKeys: readonly ElementKey[] = [
  [reverseEnterprise, ie.octetDeltaCount],
  [reverseEnterprise, ie.octetTotalCount],
  [reverseEnterprise, ie.postOctetDeltaCount],
  ie.responderOctets,
];
const reversePacketKeys: readonly ElementKey[] = [
  [reverseEnterprise, ie.packetDeltaCount],
  [reverseEnterprise, ie.packetTotalCount],
  [reverseEnterprise, ie.postPacketDeltaCount],
  ie.responderPackets,
];

/**
 * Compiles the records of one layout into straight-line code that reads each
 * wanted field once, in one loop; columns that all its records share are written
 * a set at a time, and only where they do not hold the value already.
 *
 * The source is put together from numbers only (offsets, widths, ids that we
 * know); nothing that an exporter sends becomes text in it.
 */
export function compileColumns(template: Template): ColumnDecoder {
  const layout = placeFields(template);
  const { fields } = layout;
  const octets = count(fields, octetKeys);
  const layer2Octets = octets === undefined ? count(fields, layer2OctetKeys) : undefined;
  const packets = count(fields, packetKeys);
  const reverseOctets = count(fields, reverseOctetKeys);
  const reversePackets = count(fields, reversePacketKeys);
  const biflow = reverseOctets !== undefined || reversePackets !== undefined;
  const carriesFlow = (octets ?? layer2Octets ?? packets) !== undefined || biflow;

  const row = carriesFlow
    ? rowStatements(fields, template.netflow9, octets ?? "0", layer2Octets, packets ?? "0")
    : noRow;
  const reverse = biflow
    ? reverseStatements(fields, template.netflow9, reverseOctets ?? "0", reversePackets ?? "0")
    : "";
  const whole = carriesFlow
    ? `const w = 4 * row; ${row.statements} ${biflow ? everyRow(row) : ""} row++; ${reverse}`
    : "";
  // A biflow's second row is made of the first, so that each row is written in full.
  const shared = carriesFlow && !biflow ? sharedColumns(row) : "";
  const loop =
    layout.walk === ""
      ? fixedLoop(whole, shared, template.minimumLength)
      : variableLoop(whole, shared, layout.walk, layout.end, template.minimumLength);
  return new CompiledColumns(loop, {
    carriesFlow,
    rowsPerRecord: biflow ? 2 : 1,
    sampler: layout.walk === "" ? samplerPlace(fields) : undefined,
    layer2: layer2Octets !== undefined,
  });
}

function samplerPlace(fields: readonly PlacedField[]): ColumnDecoder["sampler"] {
  const field = chooseField(fields, samplerKeys);
  return field && { distance: field.position.distance, length: field.length };
}

function fixedLoop(body: string, shared: string, recordLength: number): string {
  return `const records = Math.floor((end - o) / ${recordLength});
    context[${setContext.records}] = records;
    context[${setContext.cutOff}] = 0;
    ${body === "" ? "" : start(shared)}
    ${body === "" ? "" : `for (let record = 0; record < records; record++) { ${body} o += ${recordLength}; }`}
    ${shared}`;
}

/** What stands before a loop: rows from `row` on are about to be written. */
function start(shared: string): string {
  return shared === "" ? "constantRows.varyAll(row);" : "const firstRow = row;";
}

/**
 * Statements after a loop that wrote rows [firstRow, row): columns whose value all of them share are
 * written where they do not hold it already, and of the others it is noted that they differ.
 * Those that change with every message are written here, not in a call; at those that the layout alone
 * decides there is one look, as long as the batch gets rows of the same layout.
 */
function sharedColumns(layout: RowStatements): string {
  const differs = (index: number, value: number | string): string => `wanted[${index}] = ${value};
      if (held[${index}] !== wanted[${index}] || until[${index}] < row)`;
  const isFixed = (value: string): boolean => /^\d+$/.test(value);
  const ofMessage = layout.constants
    .filter(([, value]) => !isFixed(value))
    .map(([column, value]) => {
      const index = indexOf(column);
      if (!perMessage.has(column))
        return `${differs(index, value)} constantRows.hold(${index}, ${column}, firstRow, row);`;
      return `${differs(index, value)} {
      for (let r = constantRows.missingFrom(${index}, firstRow, row); r < row; r++) ${column}[r] = ${value};
    }`;
    });
  const fixed = layout.constants
    .filter(([, value]) => isFixed(value))
    .map(([column, value]) => {
      const index = indexOf(column);
      return `${differs(index, value)} constantRows.hold(${index}, ${column}, firstRow, row);`;
    });
  const isWords = ([, { kind }]: RowStatements["addresses"][number]): boolean => kind === "words";
  const addresses = layout.addresses
    .filter((address) => !isWords(address))
    .map(([column, { kind }]) => {
      const index = indexOf(column);
      return `${differs(index, kind === "mapped" ? mappedAddress : noAddress)}
        constantRows.holdAddress(${index}, ${column}, firstRow, row);`;
    });
  const varying = [...layout.varying, ...layout.addresses.filter(isWords).map(([column]) => column)];
  /** A bit each: there are fewer than 32 columns. */
  const bitsOf = (columns: readonly ColumnName[]): number =>
    columns.reduce((bits, column) => bits | (1 << indexOf(column)), 0);
  const fixedColumns = [
    ...layout.constants.filter(([, value]) => isFixed(value)),
    ...layout.addresses.filter((address) => !isWords(address)),
  ].map(([column]) => column);
  const serial = ++layouts;
  return `${ofMessage.join("\n")}
    if (constantRows.layout !== ${serial} || constantRows.layoutUntil < row) {
      ${[...fixed, ...addresses].join("\n")}
      constantRows.settle(${serial}, ${bitsOf(fixedColumns)}, ${bitsOf(varying)});
    }`;
}

/** Layouts that code was made for. */
let layouts = 0;

/** Columns whose value is the message's or the exporter's own. */
const perMessage: ReadonlySet<ColumnName> = new Set([
  "exporterIndex",
  "observationDomainId",
  "arrivalMs",
  "samplingInterval",
]);

function indexOf(column: ColumnName): number {
  return columnNames.indexOf(column);
}

/** What `sharedColumns` writes, of one row. */
function everyRow(row: RowStatements): string {
  return [
    ...row.constants.map(([column, value]) => `${column}[row] = ${value};`),
    ...row.addresses.map(([column, address]) => restOfAddress(column, address)),
  ].join(" ");
}

function variableLoop(
  body: string,
  shared: string,
  walk: string,
  next: string,
  minimumLength: number,
): string {
  return `let records = 0;
    let cut = 0;
    ${body === "" ? "" : start(shared)}
    while (end - o >= ${minimumLength}) {
      ${walk}
      ${body}
      o = ${next};
      records++;
    }
    context[${setContext.records}] = records;
    context[${setContext.cutOff}] = cut;
    ${shared}`;
}

/** How a row is written. */
type RowStatements = {
  /** Statements of the columns that differ by record; `row` is not moved on. */
  readonly statements: string;
  readonly varying: readonly ColumnName[];
  /** Columns that hold one value in all records of a set, and its source. */
  readonly constants: readonly (readonly [ColumnName, string])[];
  readonly addresses: readonly (readonly [AddressColumn, AddressStatements])[];
};

const noRow: RowStatements = { statements: "", varying: [], constants: [], addresses: [] };

function rowStatements(
  fields: readonly PlacedField[],
  netflow9: boolean,
  octets: string,
  layer2Octets: string | undefined,
  packets: string,
): RowStatements {
  const varying: ColumnName[] = [];
  const constants: [ColumnName, string][] = [
    ["exporterIndex", "exporter"],
    ["observationDomainId", "domain"],
    ["arrivalMs", "arrival"],
  ];
  /** Takes one column up: as a constant where the layout has no field for it. */
  const put = (column: ColumnName, expression: string | undefined, absent = "0"): string => {
    if (expression === undefined || /^\d+$/.test(expression)) {
      constants.push([column, expression ?? absent]);
      return "";
    }
    varying.push(column);
    return `${column}[row] = ${expression};`;
  };
  const read =
    (width: (position: Position, length: number) => string) =>
    (...keys: readonly ElementKey[]): string | undefined => {
      const field = chooseField(fields, keys);
      return field && width(field.position, field.length);
    };
  const u8 = read(unsigned8);
  const u16 = read(unsigned16);
  const u32 = read(unsigned32);
  const time = timeExpressions(fields, 0, netflow9);
  const codePoint = u8(ie.ipDiffServCodePoint);
  const source = addressStatements(fields, "sourceAddress");
  const destination = addressStatements(fields, "destinationAddress");
  const nextHop = addressStatements(fields, "ipNextHop");
  const addresses = `${source.statements} ${destination.statements} ${nextHop.statements}`;
  const direction = u8(ie.flowDirection);
  const sampler = u32(...samplerKeys);
  const segment = u32(ie.layer2SegmentId);
  const interval = intervalExpression(fields);
  const statements = [
    addresses,
    put("sourceTransportPort", u16(ie.sourceTransportPort, ie.tcpSourcePort, ie.udpSourcePort)),
    put(
      "destinationTransportPort",
      u16(ie.destinationTransportPort, ie.tcpDestinationPort, ie.udpDestinationPort, [9, 12241]),
    ),
    put("protocolIdentifier", u8(ie.protocolIdentifier, ie.nextHeaderIPv6)),
    put("tcpControlBits", u16(ie.tcpControlBits)),
    put("ipClassOfService", u8(ie.ipClassOfService) ?? (codePoint && `${codePoint} << 2`)),
    put("vlanId", u16(ie.vlanId, ie.dot1qVlanId)),
    put("ingressVRFID", u32(ie.ingressVRFID)),
    put("egressVRFID", u32(ie.egressVRFID)),
    put("ingressVni", segment && `${segment} & 0xffffff`),
    put("egressVni", segment && `${segment} & 0xffffff`),
    put("packetDeltaCount", packets),
    put("octetDeltaCount", layer2Octets === undefined ? octets : layer3Octets(fields, layer2Octets, packets)),
    put("flowStartMs", time.start),
    put("flowEndMs", time.end),
    put("ingressInterface", u32(ie.ingressInterface, ie.ingressPhysicalInterface)),
    put("egressInterface", u32(ie.egressInterface, ie.egressPhysicalInterface)),
    put("bgpSourceAsNumber", u32(ie.bgpSourceAsNumber)),
    put("bgpDestinationAsNumber", u32(ie.bgpDestinationAsNumber)),
    put("sourcePrefixLength", u8(ie.sourceIPv4PrefixLength, ie.sourceIPv6PrefixLength)),
    put("destinationPrefixLength", u8(ie.destinationIPv4PrefixLength, ie.destinationIPv6PrefixLength)),
    direction === undefined ? "" : `const direction = ${direction};`,
    put("flowDirection", direction && "direction > 1 ? 255 : direction", "255"),
    sampler === undefined ? "" : `const sampler = ${sampler};`,
    put("samplerId", sampler && "sampler"),
    sampler === undefined ? "" : "otherSamplers |= sampler ^ firstSampler;",
    interval === undefined ? "" : `const told = origin === ${SamplingOrigin.override} ? 0 : ${interval};`,
    put("samplingInterval", interval && "told === 0 ? interval : told", "interval"),
    put("samplingOrigin", interval && `told === 0 ? origin : ${SamplingOrigin.record}`, "origin"),
  ].join(" ");
  return {
    statements: joinReads(statements),
    varying,
    constants,
    addresses: [
      ["sourceAddress", source],
      ["destinationAddress", destination],
      ["ipNextHop", nextHop],
    ],
  };
}

/** A frame's Ethernet header is 14 octets, with an IEEE 802.1Q tag 18 (IE 352 leaves the check sequence out). */
function layer3Octets(fields: readonly PlacedField[], layer2Octets: string, packets: string): string {
  const tagged = chooseField(fields, [ie.vlanId, ie.dot1qVlanId]) ? "(vlanId[row] === 0 ? 14 : 18)" : "14";
  return `Math.max(0, ${layer2Octets} - ${tagged} * ${packets})`;
}

/**
 * The other direction of a biflow as a row of its own, when it has anything:
 * the forward row's key turned round, with the reverse counts and times.
 * Source: RFC 5103, 5 and 6.1; IE 231, 232, 298, 299 of Cisco's ASA and AVC.
 */
function reverseStatements(
  fields: readonly PlacedField[],
  netflow9: boolean,
  octets: string,
  packets: string,
): string {
  const time = timeExpressions(fields, reverseEnterprise, netflow9);
  const turned = (column: string, from: string) => `${column}[row] = ${from}[row - 1];`;
  const kept = (column: string) => turned(column, column);
  const flags = chooseField(fields, [[reverseEnterprise, ie.tcpControlBits]]);
  const classOfService = chooseField(fields, [[reverseEnterprise, ie.ipClassOfService]]);
  return `
    const reverseOctets = ${octets};
    const reversePackets = ${packets};
    if (reverseOctets > 0 || reversePackets > 0) {
      const v = w + 4;
      for (let word = 0; word < 4; word++) {
        sourceAddress[v + word] = destinationAddress[w + word];
        destinationAddress[v + word] = sourceAddress[w + word];
        ipNextHop[v + word] = 0;
      }
      octetDeltaCount[row] = reverseOctets;
      packetDeltaCount[row] = reversePackets;
      ${turned("sourceTransportPort", "destinationTransportPort")}
      ${turned("destinationTransportPort", "sourceTransportPort")}
      ${turned("ingressInterface", "egressInterface")}
      ${turned("egressInterface", "ingressInterface")}
      ${turned("ingressVRFID", "egressVRFID")}
      ${turned("egressVRFID", "ingressVRFID")}
      ${turned("sourcePrefixLength", "destinationPrefixLength")}
      ${turned("destinationPrefixLength", "sourcePrefixLength")}
      ${turned("bgpSourceAsNumber", "bgpDestinationAsNumber")}
      ${turned("bgpDestinationAsNumber", "bgpSourceAsNumber")}
      ${["exporterIndex", "observationDomainId", "arrivalMs", "protocolIdentifier", "vlanId", "ingressVni", "egressVni", "samplerId", "samplingInterval", "samplingOrigin"].map(kept).join(" ")}
      tcpControlBits[row] = ${flags ? unsigned16(flags.position, flags.length) : "0"};
      ipClassOfService[row] = ${classOfService ? unsigned8(classOfService.position, classOfService.length) : "ipClassOfService[row - 1]"};
      flowStartMs[row] = ${time.start === "0" ? "flowStartMs[row - 1]" : time.start};
      flowEndMs[row] = ${time.end === "0" ? "flowEndMs[row - 1]" : time.end};
      flowDirection[row] = 255;
      row++;
    }`;
}

function count(fields: readonly PlacedField[], keys: readonly ElementKey[]): string | undefined {
  const field = chooseField(fields, keys);
  return field && unsigned(field.position, field.length);
}
