import type { PipelineCounters } from "../pipeline/pipeline.ts";
import type { Collector } from "./collector.ts";

/** What GET /status answers and `ishizue status` shows. */
export interface CollectorStatus {
  readonly state: string;
  readonly upSeconds: number;
  readonly ports: {
    readonly flow: readonly number[];
    readonly accounting: number | null;
    readonly status: number | null;
  };
  readonly receiver: unknown;
  readonly accounting: unknown;
  readonly pipeline: PipelineCounters & { readonly refusedDatagrams: number };
  readonly spool: unknown;
  readonly ledger: unknown;
  readonly exporters: readonly {
    readonly address: string;
    readonly role: string;
    readonly messages: number;
    readonly records: number;
    readonly lastMessage: string | null;
    readonly sequence: unknown;
  }[];
}

/** Exporters listed at the most; all are counted. */
const LISTED = 1000;

export function collectorStatus(collector: Collector, statusPort: number | null): CollectorStatus {
  const { pipeline, receiver, accounting, spool, ledger } = collector;
  return {
    state: spool.stats.state,
    upSeconds: Math.round((Date.now() - collector.startedMs) / 1000),
    ports: { flow: receiver?.ports ?? [], accounting: accounting?.port ?? null, status: statusPort },
    receiver: receiver?.stats() ?? null,
    accounting: accounting?.stats ?? null,
    pipeline: { ...pipeline.counters, refusedDatagrams: pipeline.exporters.refused },
    spool: spool.stats,
    ledger: ledger.stats,
    exporters: pipeline.exporters.list.slice(0, LISTED).map((exporter) => ({
      address: exporter.wire.address,
      role: exporter.role,
      messages: exporter.messages,
      records: exporter.records,
      lastMessage: exporter.lastMessageMs === 0 ? null : new Date(exporter.lastMessageMs).toISOString(),
      sequence: exporter.sequence.totals,
    })),
  };
}
