import { exporterSnapshot } from "../status/exporter.ts";
import type { CollectorStatus, ReceiverSnapshot } from "../status/snapshot.ts";
import type { Collector } from "./collector.ts";

/** The state of a collector of one worker. */
export function collectorStatus(collector: Collector, statusPort: number | null): CollectorStatus {
  const { pipeline, accounting, spool, ledger } = collector;
  const { counters, exporters } = pipeline;
  const receiver = receiverSnapshot(collector);
  return {
    state: spool.stats.state,
    upSeconds: Math.round((Date.now() - collector.startedMs) / 1000),
    ports: {
      flow: collector.receiver?.ports ?? [],
      accounting: accounting?.port ?? null,
      status: statusPort,
    },
    receiver,
    workers: [
      {
        worker: 0,
        datagrams: counters.datagrams,
        octets: counters.octets,
        records: counters.records,
        exporters: exporters.list.length,
        kernelDrops: receiver?.kernelDrops ?? null,
      },
    ],
    accounting: accounting?.stats ?? null,
    pipeline: { ...counters, refusedDatagrams: exporters.refused },
    spool: spool.stats,
    ledger: ledger.stats,
    exportersSeen: exporters.list.length,
    exporters: exporters.list
      .slice(0, collector.config.status.exporters)
      .map((known) => exporterSnapshot(known)),
  };
}

function receiverSnapshot({ receiver }: Collector): ReceiverSnapshot | null {
  if (receiver === null) return null;
  const { datagrams, octets, kernelDrops, socketErrors, sockets } = receiver.stats();
  return {
    kind: "dgram",
    why: [],
    datagrams,
    octets,
    kernelDrops,
    fragments: null,
    badChecksums: null,
    truncated: null,
    socketErrors,
    sockets,
  };
}
