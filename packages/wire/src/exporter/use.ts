/** What all exporters of one decoder hold together: what the limits "in all" are about. */
export type DecoderUse = {
  /** Field specifiers of all templates, and four a template (`templateSize`). */
  templateFields: number;
  /** Observation domains. */
  domains: number;
  /** Sampling intervals from options data, of samplers and of interfaces. */
  samplers: number;
  /** Names from options data. */
  names: number;
  heldSets: number;
  /** Octets of the buffers of held sets. */
  heldOctets: number;
};

export function noUse(): DecoderUse {
  return { templateFields: 0, domains: 0, samplers: 0, names: 0, heldSets: 0, heldOctets: 0 };
}
