import { statfs } from "node:fs/promises";
import type {
  CollectorStatus,
  DiskSnapshot,
  PipelineSnapshot,
  ReceiverSnapshot,
  WorkerSnapshot,
} from "../status/snapshot.ts";
import { mergeRelays } from "../relay/merge.ts";
import type { WorkerReport } from "../worker/protocol.ts";
import type { Collector } from "./collector.ts";
import type { Intake } from "./intake.ts";

/** The state of a collector, merged from all its workers. */
export async function collectorStatus(collector: Collector): Promise<CollectorStatus> {
  const { intake, streams, accounting, spool, ledger, config } = collector;
  const [reports, streamed] = await Promise.all([intake?.report() ?? [], streams?.report() ?? null]);
  const all = [...reports, streamed];
  const pipeline: PipelineSnapshot = collector.counters();
  return {
    state: spool.stats.state,
    upSeconds: Math.round((Date.now() - collector.startedMs) / 1000),
    ports: {
      flow: intake?.ports ?? [],
      stream: streamed?.port ?? null,
      streamTls: streamed?.tlsPort ?? null,
      accounting: accounting?.port ?? null,
      status: collector.statusPort,
    },
    receiver: intake === null ? null : receiverSnapshot(intake, reports),
    workers: reports.map((report, worker) => workerSnapshot(intake, report, worker)),
    stream: streamed?.stream ?? null,
    relay: mergeRelays(reports.flatMap((report) => report?.relay ?? [])),
    accounting: accounting?.stats ?? null,
    sharing: collector.sharing.snapshot(),
    pipeline,
    spool: spool.stats,
    disk: await diskOf(collector.dataDir),
    eventLoop: collector.eventLoop.snapshot(),
    ledger: ledger.stats,
    resolutionsLost: collector.resolutions.lost,
    reattribution: collector.reattribution.snapshot(),
    exportersSeen: all.reduce((sum, report) => sum + (report?.exportersSeen ?? 0), 0),
    exporters: all.flatMap((report) => report?.exporters ?? []).slice(0, config.status.exporters),
  };
}

/** null where it cannot be asked. */
async function diskOf(path: string): Promise<DiskSnapshot | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

function workerSnapshot(intake: Intake | null, report: WorkerReport | null, worker: number): WorkerSnapshot {
  const counters = intake?.workerCounters(worker);
  return {
    worker,
    datagrams: counters?.datagrams ?? 0,
    octets: counters?.octets ?? 0,
    records: counters?.records ?? 0,
    exporters: report?.exportersSeen ?? 0,
    kernelDrops: report?.receiver?.kernelDrops ?? null,
  };
}

function receiverSnapshot({ plan }: Intake, reports: readonly (WorkerReport | null)[]): ReceiverSnapshot {
  const all = reports.flatMap((report) => report?.receiver ?? []);
  // Sockets have what the kernel put together and checked; only the ring sees the rest.
  const ring = plan.kind === "ring";
  return {
    kind: plan.kind,
    why: plan.why,
    datagrams: sum(all.map(({ datagrams }) => datagrams)) ?? 0,
    octets: sum(all.map(({ octets }) => octets)) ?? 0,
    kernelDrops: sum(all.map(({ kernelDrops }) => kernelDrops)),
    fragments: ring ? sum(all.map(({ fragments }) => fragments)) : null,
    badChecksums: ring ? sum(all.map(({ badChecksums }) => badChecksums)) : null,
    truncated: sum(all.map(({ truncated }) => truncated)),
    socketErrors: sum(all.map(({ socketErrors }) => socketErrors)) ?? 0,
    sockets: all.flatMap(({ sockets }) => sockets),
  };
}

/** null where nobody can tell. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
