import { lostRecords, lostShare, type SeenInterval, type VersionTotals } from "@ishizue/receive";
import { SamplingOrigin } from "@ishizue/wire";
import type { KnownExporter } from "../pipeline/exporters.ts";
import type { ExporterSnapshot, SamplingOriginName, VersionSnapshot } from "./snapshot.ts";

/** What of an exporter a status is made of. */
export type ShownExporter = Pick<
  KnownExporter,
  "wire" | "session" | "name" | "role" | "listed" | "messages" | "records"
>;

/**
 * One exporter as plain data: runs in the thread that owns the exporter, and
 * may be sent to another. `worker`: who that is.
 */
export function exporterSnapshot(known: ShownExporter, worker = 0, nowMs = Date.now()): ExporterSnapshot {
  const { session, wire } = known;
  return {
    address: wire.address,
    name: known.name,
    role: known.role,
    listed: known.listed,
    worker,
    messages: known.messages,
    records: known.records,
    octets: session.octets,
    recordsPerSecond: session.records.perSecond(nowMs),
    firstMessageMs: orNull(session.firstMessageMs),
    lastMessageMs: orNull(session.lastMessageMs),
    bootTimeMs: orNull(session.bootTimeMs || systemInitTimeMs(known)),
    versions: session.sequence.versions.map(versionSnapshot),
    samples: session.sequence.samples.summary(),
    clock: session.clock.estimate(),
    templates: {
      count: wire.templates.count,
      lastMs: orNull(session.lastTemplateMs),
      changes: session.templateChanges,
      withdrawals: session.templateWithdrawals,
    },
    held: { waiting: wire.held?.sets ?? 0, released: session.releasedSets },
    sampling: { intervals: session.intervals.list().map(interval), samplers: samplers(known) },
    faults: { ...session.faults },
  };
}

function versionSnapshot(totals: Readonly<VersionTotals>): VersionSnapshot {
  return { ...totals, lostShare: lostShare(totals), lostRecords: lostRecords(totals) };
}

function interval(seen: SeenInterval): ExporterSnapshot["sampling"]["intervals"][number] {
  return {
    samplingInterval: orNull(seen.samplingInterval),
    origin: originName(seen.origin),
    messages: seen.messages,
    lastMs: seen.lastMs,
  };
}

function originName(code: number): SamplingOriginName {
  const names = Object.entries(SamplingOrigin) as [SamplingOriginName, number][];
  return names.find(([, value]) => value === code)?.[0] ?? "unknown";
}

/** When it started by its options data (IE 160), the latest of its domains': IPFIX messages carry no uptime. */
function systemInitTimeMs({ wire }: ShownExporter): number {
  let latest = 0;
  for (const netflow9 of [true, false]) {
    for (const domain of wire.templates.domains(netflow9).values()) {
      latest = Math.max(latest, domain.systemInitTimeMs);
    }
  }
  return latest;
}

function samplers({ wire }: ShownExporter): number {
  let count = 0;
  for (const netflow9 of [true, false]) {
    for (const { sampling } of wire.templates.domains(netflow9).values()) {
      count += sampling.samplers.size + sampling.interfaces.size + (sampling.interval > 0 ? 1 : 0);
    }
  }
  return count;
}

function orNull(value: number): number | null {
  return value === 0 ? null : value;
}
