import type { RelayStats, RelayTargetStats } from "@ishizue/receive";
import type { MetricFamily } from "./exposition.ts";

type RelayFamily = MetricFamily<RelayStats>;

function counter(name: string, help: string, value: (relay: RelayStats) => number): RelayFamily {
  return { name, type: "counter", help, labels: [], samples: (relay) => [[[], value(relay)]] };
}

/** One count a target. */
function ofTarget(name: string, help: string, value: (target: RelayTargetStats) => number): RelayFamily {
  return {
    name,
    type: "counter",
    help,
    labels: ["target"],
    samples: ({ targets }) => targets.map((target) => [[target.target], value(target)] as const),
  };
}

/** Counts of a target by a second label. */
function ofTargetBy(
  name: string,
  help: string,
  label: string,
  values: (target: RelayTargetStats) => Readonly<Record<string, number>>,
): RelayFamily {
  return {
    name,
    type: "counter",
    help,
    labels: ["target", label],
    samples: ({ targets }) =>
      targets.flatMap((target) =>
        Object.entries(values(target)).map(([key, count]) => [[target.target, key], count] as const),
      ),
  };
}

/** What a relay forwards to other collectors. */
const relayFamilies: readonly RelayFamily[] = [
  counter(
    "ishizue_relay_received_datagrams_total",
    "Datagrams that came in to be forwarded.",
    ({ datagrams }) => datagrams,
  ),
  counter(
    "ishizue_relay_received_bytes_total",
    "Payload of the datagrams that came in to be forwarded.",
    ({ octets }) => octets,
  ),
  counter(
    "ishizue_relay_filtered_datagrams_total",
    "Datagrams of exporters that are not forwarded.",
    ({ filtered }) => filtered,
  ),
  ofTarget("ishizue_relay_sent_datagrams_total", "Datagrams forwarded.", ({ sent }) => sent),
  ofTarget("ishizue_relay_sent_bytes_total", "Payload of the datagrams forwarded.", ({ octets }) => octets),
  ofTarget(
    "ishizue_relay_sent_from_own_address_datagrams_total",
    "Datagrams forwarded from this machine's address in place of the exporter's.",
    ({ sentAsSelf }) => sentAsSelf,
  ),
  ofTargetBy(
    "ishizue_relay_dropped_datagrams_total",
    "Datagrams not forwarded: queue_full (the system takes no more towards the target), too_long for its address family.",
    "reason",
    ({ dropped, tooLong }) => ({ queue_full: dropped - tooLong, too_long: tooLong }),
  ),
  ofTargetBy(
    "ishizue_relay_errors_total",
    "Datagrams that the system refused to send or the target's machine to take, by the system's code.",
    "code",
    ({ errorCodes }) => errorCodes,
  ),
];

/** The same of whatever may have a relay. */
export function relayFamiliesOf<Source>(
  relayOf: (source: Source) => RelayStats | null,
): MetricFamily<Source>[] {
  return relayFamilies.map(({ name, type, help, labels, samples }) => ({
    name,
    type,
    help,
    labels,
    samples: (source) => {
      const relay = relayOf(source);
      return relay === null ? [] : samples(relay);
    },
  }));
}
