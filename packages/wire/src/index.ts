export { FlowBatch, SamplingOrigin } from "./flow/batch.ts";
