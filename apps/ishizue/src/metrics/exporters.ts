import { protocolName } from "../status/protocol.ts";
import type { VersionSnapshot } from "../status/snapshot.ts";
import { type Family, gauge, ofExporter, snake } from "./family.ts";

/** One value an exporter and protocol version. */
function ofVersion(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (version: VersionSnapshot) => number | null,
): Family {
  return {
    name,
    type,
    help,
    labels: ["exporter", "protocol", "unit"],
    samples: ({ exporters }) =>
      exporters.flatMap(({ address, versions }) =>
        versions.map(
          (version) => [[address, protocolName(version.version), version.unit], value(version)] as const,
        ),
      ),
  };
}

/** A gauge whose values of one address add up. */
function adding(family: Family): Family {
  return { ...family, adds: true };
}

function numbered(value: (version: VersionSnapshot) => number): (version: VersionSnapshot) => number | null {
  return (version) => (version.unit === "none" ? null : value(version));
}

/** Exporters: what each sent. Bounded by status.exporters. */
export const exporterFamilies: readonly Family[] = [
  gauge("ishizue_exporters", "Exporters seen.", ({ exportersSeen }) => exportersSeen),
  gauge(
    "ishizue_exporters_not_listed",
    "Exporters seen past status.exporters: they are in no metric with the label exporter.",
    ({ exportersSeen, exporters }) => exportersSeen - exporters.length,
  ),
  {
    name: "ishizue_exporter_info",
    type: "gauge",
    help: "1; the labels tell its name and role by the configuration, and the worker that owns it.",
    labels: ["exporter", "name", "role", "worker"],
    samples: ({ exporters }) =>
      exporters.map(
        ({ address, name, role, worker }) => [[address, name ?? "", role, String(worker)], 1] as const,
      ),
  },
  ofExporter("counter", "ishizue_exporter_records_total", "Flow records decoded.", ({ records }) => records),
  ofExporter("counter", "ishizue_exporter_received_bytes_total", "Payload received.", ({ octets }) => octets),
  ofExporter(
    "gauge",
    "ishizue_exporter_last_message_timestamp_seconds",
    "When its last message arrived, since the Unix epoch.",
    ({ lastMessageMs }) => seconds(lastMessageMs),
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_boot_timestamp_seconds",
    "When it booted by its own word, since the Unix epoch.",
    ({ bootTimeMs }) => seconds(bootTimeMs),
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_clock_offset_seconds",
    "Its clock less ours, at the message that was fastest here; positive: it is ahead.",
    ({ clock }) => seconds(clock?.offsetMs),
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_clock_skew_seconds",
    "Median of export time less arrival over the last 64 seconds with messages.",
    ({ clock }) => seconds(clock?.skewMs),
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_clock_jitter_seconds",
    "Median distance of export time less arrival from its median.",
    ({ clock }) => seconds(clock?.jitterMs),
  ),
  adding(
    ofExporter(
      "gauge",
      "ishizue_exporter_templates",
      "Templates and options templates held.",
      ({ templates }) => templates.count,
    ),
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_last_template_timestamp_seconds",
    "When it last sent a template, since the Unix epoch.",
    ({ templates }) => seconds(templates.lastMs),
  ),
  adding(
    ofExporter(
      "gauge",
      "ishizue_exporter_held_sets",
      "Data sets that wait for their template.",
      ({ held }) => held.waiting,
    ),
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_released_sets_total",
    "Data sets that waited for their template and were read when it came; in faults as undecoded_sets too.",
    ({ held }) => held.released,
  ),
  adding(
    ofExporter(
      "gauge",
      "ishizue_exporter_samplers",
      "Sampling intervals that its options data told, by sampler, interface and domain.",
      ({ sampling }) => sampling.samplers,
    ),
  ),
  {
    name: "ishizue_exporter_sampling_interval",
    type: "gauge",
    help: "N of one packet in N, as most of its messages had it, and where it came from: override, record, options, default; 0 and unknown where nobody told.",
    labels: ["exporter", "origin"],
    samples: ({ exporters }) =>
      exporters.flatMap(({ address, sampling: { intervals } }) =>
        intervals
          .slice(0, 1)
          .map(({ samplingInterval, origin }) => [[address, origin], samplingInterval ?? 0] as const),
      ),
  },
  {
    name: "ishizue_exporter_faults_total",
    type: "counter",
    help: "What of its messages was not understood or not kept, by kind.",
    labels: ["exporter", "kind"],
    samples: ({ exporters }) =>
      exporters.flatMap(({ address, faults }) =>
        Object.entries(faults).map(([kind, count]) => [[address, snake(kind)], count] as const),
      ),
  },
];

/** The sequences, by exporter and protocol; `unit` names what the protocol's numbers count. */
export const sequenceFamilies: readonly Family[] = [
  ofVersion("counter", "ishizue_exporter_messages_total", "Messages received.", ({ messages }) => messages),
  ofVersion(
    "counter",
    "ishizue_exporter_sequence_received_total",
    "Received, in the unit that the sequence numbers count.",
    numbered(({ received }) => received),
  ),
  ofVersion(
    "counter",
    "ishizue_exporter_sequence_lost_total",
    "Lost on the way, in the unit that the sequence numbers count.",
    numbered(({ lost }) => lost),
  ),
  adding(
    ofVersion(
      "gauge",
      "ishizue_exporter_lost_records_estimate",
      "Records lost on the way since the start: counted where the unit is a record, else the lost messages times the mean of records a message.",
      ({ lostRecords }) => lostRecords,
    ),
  ),
  ofVersion(
    "counter",
    "ishizue_exporter_duplicate_messages_total",
    "Messages that had come before.",
    numbered(({ duplicates }) => duplicates),
  ),
  ofVersion(
    "counter",
    "ishizue_exporter_reordered_messages_total",
    "Messages that came after a later one.",
    numbered(({ reordered }) => reordered),
  ),
  ofVersion(
    "counter",
    "ishizue_exporter_restarts_total",
    "Times that it began to count anew.",
    numbered(({ restarts }) => restarts),
  ),
  ofVersion(
    "counter",
    "ishizue_exporter_untracked_messages_total",
    "Messages of sequences past the bound: their losses are not known.",
    numbered(({ untracked }) => untracked),
  ),
];

/** sFlow: samples by their own numbers. */
export const sampleFamilies: readonly Family[] = [
  ofExporter(
    "counter",
    "ishizue_exporter_flow_samples_total",
    "sFlow flow samples received.",
    ({ samples }) => samples?.flowSamples,
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_lost_flow_samples_total",
    "sFlow flow samples lost on the way, by the numbers of each data source.",
    ({ samples }) => samples?.lostFlowSamples,
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_counter_samples_total",
    "sFlow counter samples received.",
    ({ samples }) => samples?.counterSamples,
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_lost_counter_samples_total",
    "sFlow counter samples lost on the way, by the numbers of each data source.",
    ({ samples }) => samples?.lostCounterSamples,
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_agent_dropped_samples_total",
    "Packets chosen to be sampled that the sFlow agent itself dropped.",
    ({ samples }) => samples?.agentDrops,
  ),
  ofExporter(
    "gauge",
    "ishizue_exporter_effective_sampling_interval",
    "Packets for each flow sample that the sFlow agent made, by its sample pool.",
    ({ samples }) => samples?.effectiveInterval,
  ),
  ofExporter(
    "counter",
    "ishizue_exporter_untracked_samples_total",
    "sFlow samples of data sources past the bound: their losses are not known.",
    ({ samples }) => samples?.untracked,
  ),
];

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1000;
}
