export { FlowBatch, SamplingOrigin } from "./flow/batch.ts";
export { formatAddress } from "./address/format.ts";
export { parseAddress } from "./address/parse.ts";
export { clearHostBits, parsePrefix, type Prefix } from "./address/prefix.ts";
export { hostIsLittleEndian, isMapped, mappedWord, networkWord } from "./address/word.ts";
