/** The types of a metric that the collector has. */
export type MetricType = "counter" | "gauge";

/** A metric: one name, one meaning, a sample for every set of labels. */
export interface MetricFamily<Source> {
  /** Ends in `_total` where it is a counter; the unit, if it has one, before that. */
  readonly name: string;
  readonly type: MetricType;
  /** One sentence; names the unit where the name does not. */
  readonly help: string;
  /** Names of the labels that every sample carries, in this order. */
  readonly labels: readonly string[];
  /** Whether samples of the same labels add up; else the greatest stands. Left out: counters do, gauges do not. */
  readonly adds?: boolean;
  /** Label values in the order of `labels`, and the value; null where it is not known: then there is no sample. */
  readonly samples: (source: Source) => Iterable<readonly [labels: readonly string[], value: number | null]>;
}

/** The media type of the text format. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Metrics in the Prometheus text format, version 0.0.4.
 *
 * A family without a sample is left out. The format forbids two samples of the
 * same labels: sockets that share a port, and exporters of one address (its
 * datagrams, and each of its sessions over TCP), are one to an operator, their
 * counts added up, of other values the greatest.
 * Source: Prometheus, Exposition formats, Text-based format.
 */
export function exposition<Source>(families: readonly MetricFamily<Source>[], source: Source): string {
  let text = "";
  for (const family of families) {
    const samples = new Map<string, number>();
    const adds = family.adds ?? family.type === "counter";
    for (const [values, value] of family.samples(source)) {
      if (value === null) continue;
      const labels = labelSet(family.labels, values);
      const before = samples.get(labels);
      if (before === undefined) samples.set(labels, value);
      else samples.set(labels, adds ? before + value : Math.max(before, value));
    }
    if (samples.size === 0) continue;
    text += `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`;
    for (const [labels, value] of samples) text += `${family.name}${labels} ${number(value)}\n`;
  }
  return text;
}

function labelSet(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return "";
  return `{${names.map((name, index) => `${name}="${escapeLabel(values[index])}"`).join(",")}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** As Go's ParseFloat reads it. */
function number(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
