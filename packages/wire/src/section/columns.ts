import { hostIsLittleEndian, mappedWord } from "../address/word.ts";
import { type ColumnDecoder, setContext } from "../column/decoder.ts";
import type { FlowBatch } from "../flow/batch.ts";
import { columnNames } from "../flow/constant-rows.ts";
import { Frame } from "../frame/frame.ts";
import { parseFrame } from "../frame/parse.ts";
import { parseInnermost } from "../frame/tunnel.ts";
import { elementId as ie } from "../registry/name.ts";
import { type FieldSpecifier, Template, variableLength } from "../template/template.ts";
import { type SectionLayout, sectionLayout } from "./layout.ts";

/** No packet is longer, see sflow5/decode.ts. */
const maxPacketOctets = 524_288;

/** Elements that give a row its addresses, and its octets or packets: see column/address.ts and column/compile.ts. */
const addressElements: readonly number[] = [
  ie.sourceIPv4Address,
  ie.destinationIPv4Address,
  ie.sourceIPv6Address,
  ie.destinationIPv6Address,
];
const countElements: readonly number[] = [
  ie.octetDeltaCount,
  ie.packetDeltaCount,
  ie.octetTotalCount,
  ie.packetTotalCount,
  ie.postOctetDeltaCount,
  ie.postPacketDeltaCount,
  ie.postOctetTotalCount,
  ie.postPacketTotalCount,
  ie.initiatorOctets,
  ie.initiatorPackets,
  ie.layer2OctetDeltaCount,
  ie.layer2OctetTotalCount,
  ie.layer2FrameDeltaCount,
  ie.layer2FrameTotalCount,
];

/** Columns that a section fills. */
const filled = [
  "sourceAddress",
  "destinationAddress",
  "sourceTransportPort",
  "destinationTransportPort",
  "protocolIdentifier",
  "tcpControlBits",
  "ipClassOfService",
  "octetDeltaCount",
  "packetDeltaCount",
  "vlanId",
] as const;
const filledColumns = filled.map((name) => columnNames.indexOf(name));

/**
 * The columns of records that carry the first octets of a packet (IE 315, 313,
 * 104) instead of its addresses; undefined for any other template.
 *
 * Shape: a row a record. Its addresses, ports, protocol, TCP control bits,
 * class of service and, where the record names none, VLAN are those of the
 * packet in the section; everything else is what `compile` makes of the
 * record's other elements.
 * Units: where the record counts no octets or packets itself: the packet's
 * layer-3 octets (a frame without IP: its length less link headers), and 1.
 * Outcomes: a section that is no IP packet, or is not read, leaves a row
 * without addresses. Of a packet in a tunnel the outer one is told, or the
 * innermost (`Exporter.innerPackets`).
 */
export function sectionColumns(
  template: Template,
  compile: (template: Template) => ColumnDecoder,
): ColumnDecoder | undefined {
  const layout = sectionLayout(template);
  if (layout === undefined || template.fields.some((field) => isOneOf(field, addressElements)))
    return undefined;
  const counted = template.fields.some((field) => isOneOf(field, countElements));
  const base = compile(counted ? template : withCount(template));
  if (!base.carriesFlow || base.rowsPerRecord !== 1) return undefined;
  return {
    carriesFlow: true,
    rowsPerRecord: 1,
    sampler: base.sampler,
    layer2: counted ? base.layer2 : true,
    append: (view, offset, end, batch, row, context) => {
      const endRow = base.append(view, offset, end, batch, row, context);
      for (const column of filledColumns) batch.constantRows.vary(column, row);
      const inner = context[setContext.innerPackets] !== 0;
      let at = offset;
      for (let filling = row; filling < endRow && at >= 0; filling++) {
        at = layout.read(view, at, end);
        if (at >= 0) fillRow(view, layout, counted, inner, batch, filling);
      }
      return endRow;
    },
  };
}

function isOneOf(field: FieldSpecifier, ids: readonly number[]): boolean {
  return field.enterprise === 0 && ids.includes(field.id);
}

/**
 * The template with an octet count in the place of an element that no column
 * is made from, so that its records are rows; the section gives the number.
 */
function withCount(template: Template): Template {
  const stand = [ie.dataLinkFrameSize, ie.ipTotalLength, ie.sectionExportedOctets, ie.dataLinkFrameType];
  const isFixed = ({ length }: FieldSpecifier) => length > 0 && length <= 8 && length !== variableLength;
  let place = template.fields.findIndex((field) => isOneOf(field, stand) && isFixed(field));
  // The elements of a PSAMP report that matter to nobody else; then whatever there is.
  if (place < 0)
    place = template.fields.findIndex((field) => field.id === ie.selectionSequenceId && isFixed(field));
  if (place < 0) place = template.fields.findIndex(isFixed);
  if (place < 0) return template;
  const fields = template.fields.with(place, {
    ...template.fields[place],
    enterprise: 0,
    id: ie.octetDeltaCount,
  });
  return new Template(template.id, template.netflow9, false, 0, fields);
}

const frame = new Frame();
const spare: [Frame, Frame] = [new Frame(), new Frame()];

function fillRow(
  view: DataView,
  layout: SectionLayout,
  counted: boolean,
  inner: boolean,
  batch: FlowBatch,
  row: number,
): void {
  const { offset, length, linkType } = layout;
  const told = Math.min(layout.frameOctets, maxPacketOctets);
  const isIp = parseFrame(view, offset, length, told === 0 ? maxPacketOctets : told, linkType, frame);
  const packet = isIp && inner ? parseInnermost(view, frame, spare) : frame;
  if (!counted) {
    batch.packetDeltaCount[row] = 1;
    batch.octetDeltaCount[row] = isIp
      ? packetOctets(packet, told, offset + length)
      : Math.max(0, told - frame.linkOctets);
  }
  clearAddress(batch.sourceAddress, 4 * row);
  clearAddress(batch.destinationAddress, 4 * row);
  if (batch.vlanId[row] === 0) batch.vlanId[row] = frame.vlanId;
  batch.protocolIdentifier[row] = packet.protocol;
  batch.ipClassOfService[row] = packet.ipClassOfService;
  batch.sourceTransportPort[row] = packet.sourcePort;
  batch.destinationTransportPort[row] = packet.destinationPort;
  batch.tcpControlBits[row] = packet.tcpControlBits;
  if (!isIp) return;
  const four = packet.ipVersion === 4;
  copyAddress(view, packet.sourceAddressOffset, four, batch.sourceAddress, 4 * row);
  copyAddress(view, packet.destinationAddressOffset, four, batch.destinationAddress, 4 * row);
}

/** Layer-3 octets; what was captured where neither the packet nor the record tells (segmentation offload). */
function packetOctets(packet: Frame, told: number, sectionEnd: number): number {
  return packet.ipOctetsFromFrame && told === 0 ? sectionEnd - packet.ipOffset : packet.ipOctets;
}

function clearAddress(words: Uint32Array, word: number): void {
  words[word] = 0;
  words[word + 1] = 0;
  words[word + 2] = 0;
  words[word + 3] = 0;
}

function copyAddress(
  view: DataView,
  position: number,
  four: boolean,
  words: Uint32Array,
  word: number,
): void {
  if (four) {
    words[word + 2] = mappedWord;
    words[word + 3] = view.getUint32(position, hostIsLittleEndian);
    return;
  }
  for (let index = 0; index < 4; index++) {
    words[word + index] = view.getUint32(position + 4 * index, hostIsLittleEndian);
  }
}
