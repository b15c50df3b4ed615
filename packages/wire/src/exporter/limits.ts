/** Bounds on what one exporter can make the decoder hold. Reaching one is counted in `DecodeOutcome`. */
export type DecoderLimits = {
  /** Observation domains an exporter and protocol version. */
  domains: number;
  /** Templates and options templates an exporter, over all its domains. */
  templates: number;
  /** Fields a template. */
  fieldsPerTemplate: number;
  /**
   * Fields of no octets a template, for each octet of its shortest record: with a thousand of them in a record of one
   * octet a datagram would make sixty million values.
   */
  emptyFieldsPerOctet: number;
  /** Samplers an observation domain. */
  samplers: number;
  /** Compiled column decoders a `Decoder` keeps, over all exporters. */
  compiledLayouts: number;
};

export const defaultDecoderLimits: Readonly<DecoderLimits> = {
  domains: 1024,
  templates: 4096,
  fieldsPerTemplate: 1024,
  emptyFieldsPerOctet: 4,
  samplers: 4096,
  compiledLayouts: 4096,
};
