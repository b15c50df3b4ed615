import type { ReceiverStats, RelayStats } from "@ishizue/receive";
import { exposition, type MetricFamily } from "../metrics/exposition.ts";
import { relayFamiliesOf } from "../metrics/relay.ts";
import { exposed, type HttpAddress, type HttpServer, json, serveAnswers } from "../status/http.ts";

/** What `ishizue relay --status` answers at GET /status; docs/status.md. */
export interface RelayStatus {
  readonly upSeconds: number;
  /** UDP ports that are listened on. */
  readonly ports: readonly number[];
  readonly receiver: {
    /** What is known of all sockets together; null: the system does not tell. */
    readonly kernelDrops: number | null;
    readonly truncated: number;
    readonly socketErrors: number;
    readonly sockets: readonly {
      readonly address: string;
      readonly port: number;
      readonly receiveBufferBytes: number;
      readonly kernelDrops: number | null;
    }[];
  };
  readonly relay: RelayStats;
}

/** Put together from what receivers and relay count. */
export function relayStatus(
  startedMs: number,
  ports: readonly number[],
  receivers: readonly ReceiverStats[],
  relay: RelayStats,
): RelayStatus {
  const drops = receivers.map(({ kernelDrops }) => kernelDrops);
  return {
    upSeconds: (performance.now() - startedMs) / 1000,
    ports,
    receiver: {
      kernelDrops: drops.includes(null) ? null : drops.reduce((sum: number, count) => sum + (count ?? 0), 0),
      truncated: receivers.reduce((sum, { truncated }) => sum + truncated, 0),
      socketErrors: receivers.reduce((sum, { socketErrors }) => sum + socketErrors, 0),
      sockets: receivers.flatMap(({ sockets }) => sockets),
    },
    relay,
  };
}

function single(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (status: RelayStatus) => number | null,
): MetricFamily<RelayStatus> {
  return { name, type, help, labels: [], samples: (status) => [[[], value(status)]] };
}

const families: readonly MetricFamily<RelayStatus>[] = [
  single("gauge", "ishizue_uptime_seconds", "Time since the relay started.", ({ upSeconds }) => upSeconds),
  single(
    "counter",
    "ishizue_kernel_dropped_datagrams_total",
    "Datagrams that the kernel dropped because a receive buffer was full.",
    ({ receiver }) => receiver.kernelDrops,
  ),
  single(
    "counter",
    "ishizue_received_truncated_datagrams_total",
    "Datagrams longer than the buffer that they were read into.",
    ({ receiver }) => receiver.truncated,
  ),
  single(
    "counter",
    "ishizue_socket_errors_total",
    "Errors that the flow sockets told.",
    ({ receiver }) => receiver.socketErrors,
  ),
  ...relayFamiliesOf<RelayStatus>(({ relay }) => relay),
];

/**
 * Serves the state of a relay that runs by itself: GET /status (JSON) and /metrics (the Prometheus text format).
 *
 * Errors: the bind error of the system rejects.
 */
export function serveRelayStatus(address: HttpAddress, status: () => RelayStatus): Promise<HttpServer> {
  return serveAnswers(address, (path) => {
    if (path === "/status") return json(status());
    if (path === "/metrics") return exposed(exposition(families, status()));
    return "only GET /status, /metrics";
  });
}
