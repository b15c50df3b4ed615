export { FlowBatch, SamplingOrigin } from "./flow/batch.ts";
export { ColumnPlace } from "./flow/column-place.ts";
export { NatEventBatch, takenEvents } from "./nat/batch.ts";
export { formatAddress } from "./address/format.ts";
export { parseAddress } from "./address/parse.ts";
export { clearHostBits, parsePrefix, type Prefix } from "./address/prefix.ts";
export { hostIsLittleEndian, isMapped, mappedWord, networkWord } from "./address/word.ts";
export { AcctStatusType, radiusAttributeName, radiusAttributes, RadiusType } from "./radius/dictionary.ts";
export { decodeRadius, RadiusCode } from "./radius/packet.ts";
export type { RadiusAttribute, RadiusDecodeOutcome, RadiusPacket } from "./radius/packet.ts";
export { checkAccountingRequest, checkAccountingResponse } from "./radius/authenticator.ts";
export { beginsMessage, messageOctets } from "./message/length.ts";
export { vendorPrefixLike } from "./radius/vendor-prefix.ts";
export { readAgentIds, readNamedAgentId, type AgentIds } from "./radius/agent.ts";
export { readDhcpOptions, type DhcpOption } from "./dhcp/option.ts";
export { readVrf, readVrfAvPair } from "./radius/vrf.ts";
export {
  readAccountingRequest,
  type AccountingRequest,
  wantedTexts,
  type WantedTexts,
} from "./radius/accounting.ts";
export {
  encodeAccountingRequest,
  encodeAccountingResponse,
  writeAccountingResponse,
  type AccountingRequestFields,
} from "./radius/encode.ts";
export { readOctetsAsText, readVendorSpecific } from "./radius/value.ts";
export { Decoder } from "./decode/decoder.ts";
export { DecodeOutcome, type DecodeStatus } from "./decode/outcome.ts";
export { Exporter } from "./exporter/exporter.ts";
export { defaultDecoderLimits, type DecoderLimits } from "./exporter/limits.ts";
export { restoreExporterState, type RestoreOutcome } from "./exporter/restore.ts";
export { exporterState, type DomainState, type ExporterState, type TemplateState } from "./exporter/state.ts";
export type { HeldSetState } from "./set/held.ts";
export { decodeStates, encodeStates, type AddressedState, type StateFile } from "./exporter/state-file.ts";
export type { DecoderUse } from "./exporter/use.ts";
export type { HeldQueue } from "./set/held.ts";
export { Fragment, Frame, FrameReason, LinkType } from "./frame/frame.ts";
export { parseFrame } from "./frame/parse.ts";
export { parseInnermost, parseTunnel, Tunnel } from "./frame/tunnel.ts";
export { DataRecordWriter, type EncodedField, type EncodedTemplate } from "./ipfix/encode-record.ts";
export { IpfixMessageWriter, type IpfixHeaderFields } from "./ipfix/encode.ts";
export { Netflow9MessageWriter, Netflow9Scope, type Netflow9HeaderFields } from "./netflow9/encode.ts";
export {
  encodeNetflow5,
  Netflow5MessageWriter,
  netflow5MaxRecords,
  Netflow5Slot,
  type Netflow5HeaderFields,
} from "./netflow5/encode.ts";
export {
  sampledIpHeader,
  Sflow5DatagramWriter,
  Sflow5HeaderProtocol,
  type SampledPacket,
  type Sflow5FlowSample,
  type Sflow5HeaderFields,
} from "./sflow5/encode.ts";
export {
  readSflow5Message,
  type Sflow5Message,
  type Sflow5Record,
  type Sflow5Set,
} from "./sflow5/message.ts";
export type { Sflow5Value } from "./sflow5/record-reader.ts";
export { decodeSflow5 } from "./sflow5/decode.ts";
export { EncodeError } from "./encode/fault.ts";
export { encodeMessage, type EncodedMessage } from "./encode/message.ts";
export { readMessage } from "./message/read.ts";
export type { Message, MessageRecord, MessageSet, NetflowMessage } from "./message/message.ts";
export type { FieldValue } from "./field/value.ts";
export {
  ianaInformationElements,
  informationElement,
  type AbstractDataType,
  type InformationElement,
} from "./registry/element.ts";
export type { ApplicationEntry, NameEntry, NameTables } from "./names/table.ts";
export { elementId, type ElementId } from "./registry/name.ts";
