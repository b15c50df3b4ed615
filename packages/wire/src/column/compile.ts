import { reverseEnterprise } from "../registry/element.ts";
import { elementId as ie } from "../registry/name.ts";
import { asInterval } from "../sampling/table.ts";
import type { Template } from "../template/template.ts";
import { SamplingOrigin } from "../flow/batch.ts";
import { addressStatements } from "./address.ts";
import { chooseField, type ElementKey } from "./choose.ts";
import { type AppendRows, type ColumnDecoder, setContext } from "./decoder.ts";
import { unsigned, unsigned16, unsigned32, unsigned8 } from "./expression.ts";
import { intervalExpression } from "./interval.ts";
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

const columns =
  "exporterIndex, observationDomainId, arrivalMs, sourceAddress, destinationAddress, sourceTransportPort, " +
  "destinationTransportPort, protocolIdentifier, tcpControlBits, ipClassOfService, octetDeltaCount, " +
  "packetDeltaCount, flowStartMs, flowEndMs, ingressInterface, egressInterface, bgpSourceAsNumber, " +
  "bgpDestinationAsNumber, flowDirection, vlanId, samplerId, samplingInterval, samplingOrigin";

/**
 * Compiles the records of one layout into straight-line code that reads each
 * wanted field once and writes every column of a row.
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

  let body = "";
  if (carriesFlow) {
    body = rowStatements(fields, template.netflow9, octets ?? "0", layer2Octets, packets ?? "0");
    if (biflow)
      body += reverseStatements(fields, template.netflow9, reverseOctets ?? "0", reversePackets ?? "0");
  }
  const loop =
    layout.walk === ""
      ? fixedLoop(body, template.minimumLength)
      : variableLoop(body, layout.walk, layout.end, template.minimumLength);
  return {
    append: generate(loop, carriesFlow),
    carriesFlow,
    rowsPerRecord: biflow ? 2 : 1,
    sampler: layout.walk === "" ? samplerPlace(fields) : undefined,
    layer2: layer2Octets !== undefined,
  };
}

function samplerPlace(fields: readonly PlacedField[]): ColumnDecoder["sampler"] {
  const field = chooseField(fields, samplerKeys);
  return field && { distance: field.position.distance, length: field.length };
}

function generate(loop: string, carriesFlow: boolean): AppendRows {
  const hoist = carriesFlow
    ? `const { ${columns} } = batch;
       const exporter = context[${setContext.exporterIndex}];
       const domain = context[${setContext.observationDomainId}];
       const arrival = context[${setContext.arrivalMs}];
       const exportTimeMs = context[${setContext.exportTimeMs}];
       const upTimeKnown = context[${setContext.sysUpTimeMs}] === context[${setContext.sysUpTimeMs}];
       const sysUpTimeMs = context[${setContext.sysUpTimeMs}] | 0;
       const interval = context[${setContext.samplingInterval}];
       const origin = context[${setContext.samplingOrigin}];
       const firstSampler = context[${setContext.samplerId}] | 0;
       let otherSamplers = 0;`
    : "";
  // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval -- the point of this file
  const make = new Function(
    "asInterval",
    `"use strict";
    return function appendRows(view, o, end, batch, row, context) {
      ${hoist}
      ${loop}
      ${carriesFlow ? `context[${setContext.otherSamplers}] = otherSamplers;` : ""}
      return row;
    };`,
  ) as (interval: typeof asInterval) => AppendRows;
  return make(asInterval);
}

function fixedLoop(body: string, recordLength: number): string {
  return `const records = Math.floor((end - o) / ${recordLength});
    context[${setContext.records}] = records;
    context[${setContext.cutOff}] = 0;
    ${body === "" ? "" : `for (let record = 0; record < records; record++) { ${body} o += ${recordLength}; }`}`;
}

function variableLoop(body: string, walk: string, next: string, minimumLength: number): string {
  return `let records = 0;
    let cut = 0;
    while (end - o >= ${minimumLength}) {
      ${walk}
      ${body}
      o = ${next};
      records++;
    }
    context[${setContext.records}] = records;
    context[${setContext.cutOff}] = cut;`;
}

function rowStatements(
  fields: readonly PlacedField[],
  netflow9: boolean,
  octets: string,
  layer2Octets: string | undefined,
  packets: string,
): string {
  const u8 = (keys: readonly ElementKey[], absent = "0") => {
    const field = chooseField(fields, keys);
    return field ? unsigned8(field.position, field.length) : absent;
  };
  const u16 = (keys: readonly ElementKey[]) => {
    const field = chooseField(fields, keys);
    return field ? unsigned16(field.position, field.length) : "0";
  };
  const u32 = (keys: readonly ElementKey[]) => {
    const field = chooseField(fields, keys);
    return field ? unsigned32(field.position, field.length) : "0";
  };
  const time = timeExpressions(fields, 0, netflow9);
  const codePoint = chooseField(fields, [ie.ipDiffServCodePoint]);
  const classOfService = u8([ie.ipClassOfService], codePoint && `${u8([ie.ipDiffServCodePoint])} << 2`);
  return `
    const w = 4 * row;
    exporterIndex[row] = exporter;
    observationDomainId[row] = domain;
    arrivalMs[row] = arrival;
    ${addressStatements(fields, "sourceAddress")}
    ${addressStatements(fields, "destinationAddress")}
    sourceTransportPort[row] = ${u16([ie.sourceTransportPort, ie.tcpSourcePort, ie.udpSourcePort])};
    destinationTransportPort[row] = ${u16([
      ie.destinationTransportPort,
      ie.tcpDestinationPort,
      ie.udpDestinationPort,
      [9, 12241],
    ])};
    protocolIdentifier[row] = ${u8([ie.protocolIdentifier, ie.nextHeaderIPv6])};
    tcpControlBits[row] = ${u16([ie.tcpControlBits])};
    ipClassOfService[row] = ${classOfService};
    vlanId[row] = ${u16([ie.vlanId, ie.dot1qVlanId])};
    packetDeltaCount[row] = ${packets};
    octetDeltaCount[row] = ${layer2Octets === undefined ? octets : layer3Octets(fields, layer2Octets)};
    flowStartMs[row] = ${time.start};
    flowEndMs[row] = ${time.end};
    ingressInterface[row] = ${u32([ie.ingressInterface, ie.ingressPhysicalInterface])};
    egressInterface[row] = ${u32([ie.egressInterface, ie.egressPhysicalInterface])};
    bgpSourceAsNumber[row] = ${u32([ie.bgpSourceAsNumber])};
    bgpDestinationAsNumber[row] = ${u32([ie.bgpDestinationAsNumber])};
    ${directionStatement(fields)}
    ${samplerStatements(fields)}
    ${intervalStatements(fields)}
    row++;`;
}

/** A frame's Ethernet header is 14 octets, with an IEEE 802.1Q tag 18 (IE 352 leaves the check sequence out). */
function layer3Octets(fields: readonly PlacedField[], layer2Octets: string): string {
  const tagged = chooseField(fields, [ie.vlanId, ie.dot1qVlanId]) ? "(vlanId[row] === 0 ? 14 : 18)" : "14";
  return `Math.max(0, ${layer2Octets} - ${tagged} * packetDeltaCount[row])`;
}

function directionStatement(fields: readonly PlacedField[]): string {
  const field = chooseField(fields, [ie.flowDirection]);
  if (field === undefined) return "flowDirection[row] = 255;";
  return `const direction = ${unsigned8(field.position, field.length)};
    flowDirection[row] = direction > 1 ? 255 : direction;`;
}

/**
 * No call may stand in the loop: after one the engine has to look at every
 * column anew. So only whether all records name the first one's sampler is
 * noted.
 */
function samplerStatements(fields: readonly PlacedField[]): string {
  const field = chooseField(fields, samplerKeys);
  if (field === undefined) return "samplerId[row] = 0;";
  return `const sampler = ${unsigned32(field.position, field.length)};
    samplerId[row] = sampler;
    otherSamplers |= sampler ^ firstSampler;`;
}

function intervalStatements(fields: readonly PlacedField[]): string {
  const expression = intervalExpression(fields);
  if (expression === undefined) {
    return "samplingInterval[row] = interval; samplingOrigin[row] = origin;";
  }
  return `const told = origin === ${SamplingOrigin.override} ? 0 : ${expression};
    samplingInterval[row] = told === 0 ? interval : told;
    samplingOrigin[row] = told === 0 ? origin : ${SamplingOrigin.record};`;
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
      }
      octetDeltaCount[row] = reverseOctets;
      packetDeltaCount[row] = reversePackets;
      ${turned("sourceTransportPort", "destinationTransportPort")}
      ${turned("destinationTransportPort", "sourceTransportPort")}
      ${turned("ingressInterface", "egressInterface")}
      ${turned("egressInterface", "ingressInterface")}
      ${turned("bgpSourceAsNumber", "bgpDestinationAsNumber")}
      ${turned("bgpDestinationAsNumber", "bgpSourceAsNumber")}
      ${["exporterIndex", "observationDomainId", "arrivalMs", "protocolIdentifier", "vlanId", "samplerId", "samplingInterval", "samplingOrigin"].map(kept).join(" ")}
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
