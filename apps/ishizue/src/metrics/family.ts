import type { CollectorStatus, ExporterSnapshot } from "../status/snapshot.ts";
import type { MetricFamily } from "./exposition.ts";

export type Family = MetricFamily<CollectorStatus>;

/** A count without labels since the start; null: not known. */
export function counter(
  name: string,
  help: string,
  value: (status: CollectorStatus) => number | null | undefined,
): Family {
  return { name, type: "counter", help, labels: [], samples: (status) => [[[], value(status) ?? null]] };
}

export function gauge(
  name: string,
  help: string,
  value: (status: CollectorStatus) => number | null | undefined,
): Family {
  return { name, type: "gauge", help, labels: [], samples: (status) => [[[], value(status) ?? null]] };
}

/** Counts by name, such as reasons of refusal. */
export function counterBy(
  name: string,
  help: string,
  label: string,
  values: (status: CollectorStatus) => Readonly<Record<string, number | undefined>> | undefined,
): Family {
  return {
    name,
    type: "counter",
    help,
    labels: [label],
    samples: (status) =>
      Object.entries(values(status) ?? {}).map(([key, value]) => [[snake(key)], value ?? null] as const),
  };
}

/** One value an exporter. */
export function ofExporter(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (exporter: ExporterSnapshot) => number | null | undefined,
): Family {
  return {
    name,
    type,
    help,
    labels: ["exporter"],
    samples: ({ exporters }) =>
      exporters.map((exporter) => [[exporter.address], value(exporter) ?? null] as const),
  };
}

/** Prometheus writes label values as it writes names. */
export function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
