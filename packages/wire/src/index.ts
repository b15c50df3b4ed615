export { FlowBatch, SamplingOrigin } from "./flow/batch.ts";
export { formatAddress } from "./address/format.ts";
export { parseAddress } from "./address/parse.ts";
export { clearHostBits, parsePrefix, type Prefix } from "./address/prefix.ts";
export { hostIsLittleEndian, isMapped, mappedWord, networkWord } from "./address/word.ts";
export { AcctStatusType, radiusAttributeName, radiusAttributes, RadiusType } from "./radius/dictionary.ts";
export { decodeRadius, RadiusCode } from "./radius/packet.ts";
export type { RadiusAttribute, RadiusDecodeOutcome, RadiusPacket } from "./radius/packet.ts";
export { checkAccountingRequest, checkAccountingResponse } from "./radius/authenticator.ts";
export { readAccountingRequest, type AccountingRequest } from "./radius/accounting.ts";
export {
  encodeAccountingRequest,
  encodeAccountingResponse,
  type AccountingRequestFields,
} from "./radius/encode.ts";
export { readOctetsAsText, readVendorSpecific } from "./radius/value.ts";
export { Decoder } from "./decode/decoder.ts";
export { DecodeOutcome, type DecodeStatus } from "./decode/outcome.ts";
export { Exporter } from "./exporter/exporter.ts";
export { defaultDecoderLimits, type DecoderLimits } from "./exporter/limits.ts";
export { Fragment, Frame, FrameReason, LinkType } from "./frame/frame.ts";
export { parseFrame } from "./frame/parse.ts";
