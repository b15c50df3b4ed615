/** Bounds on what one exporter can make the decoder hold. Reaching one is counted in `DecodeOutcome`. */
export type DecoderLimits = {
  /** Observation domains an exporter and protocol version. */
  domains: number;
  /**
   * The same over all exporters of a `Decoder`, 2 kB of memory each: past it a new domain takes the place of one of the
   * exporter's own. Its first of a protocol is always made.
   */
  domainsInAll: number;
  /** Templates and options templates an exporter, over all its domains. */
  templates: number;
  /** Fields a template. */
  fieldsPerTemplate: number;
  /**
   * Fields of no octets a template, for each octet of its shortest record: with a thousand of them in a record of one
   * octet a datagram would make sixty million values.
   */
  emptyFieldsPerOctet: number;
  /** Fields of all templates of an exporter together; a template counts four more. */
  templateFields: number;
  /** The same over all exporters of a `Decoder`: 64 octets of memory each, at the worst 180 (options of one field). */
  templateFieldsInAll: number;
  /**
   * Milliseconds after which a template that came over UDP and was not sent
   * again is forgotten; 0 = never. RFC 7011, 8.4 asks for three times the
   * exporter's interval at least; the longest that routers can be set to is a
   * day (Cisco IOS, `template data timeout 86400`).
   */
  templateLifetimeMs: number;
  /** Samplers an observation domain, and interfaces with an interval. */
  samplers: number;
  /** Both over all exporters of a `Decoder`. */
  samplersInAll: number;
  /** Names of interfaces, applications, VRFs and samplers an exporter, over all its domains. */
  names: number;
  /** The same over all exporters of a `Decoder`: 400 octets of memory each at most, about. */
  namesInAll: number;
  /** Compiled column decoders a `Decoder` keeps, over all exporters. */
  compiledLayouts: number;
  /** Data sets an exporter that wait for their template; 0 = none waits. */
  heldSets: number;
  /** Octets of these. */
  heldOctets: number;
  /** Both over all exporters of a `Decoder`. */
  heldSetsInAll: number;
  heldOctetsInAll: number;
  /** Milliseconds that a set waits for its template: what comes later under that id may be another one. */
  heldMs: number;
};

export const defaultDecoderLimits: Readonly<DecoderLimits> = {
  domains: 1024,
  domainsInAll: 131_072,
  templates: 4096,
  fieldsPerTemplate: 1024,
  emptyFieldsPerOctet: 4,
  templateFields: 131_072,
  templateFieldsInAll: 4_194_304,
  templateLifetimeMs: 3 * 86_400_000,
  samplers: 4096,
  samplersInAll: 1_048_576,
  names: 65_536,
  namesInAll: 1_048_576,
  compiledLayouts: 4096,
  heldSets: 4096,
  heldOctets: 4_194_304,
  heldSetsInAll: 65_536,
  heldOctetsInAll: 67_108_864,
  heldMs: 1_800_000,
};
