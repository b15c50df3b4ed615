import { protocolName } from "../protocol.ts";
import type { ExporterSnapshot, VersionSnapshot } from "../snapshot.ts";
import type { Paint } from "./paint.ts";
import { type Cell, type Column, type Row, wrap } from "./table.ts";
import { ago, clock, count, counted, interval, origin, percent, rate, safe, span } from "./words.ts";

/** Exporters that sent nothing for longer are marked. */
const SILENT_MS = 300_000;

export const exporterColumns: readonly Column[] = [
  { title: "EXPORTER" },
  { title: "PROTOCOL" },
  { title: "RECORDS/S", right: true, spare: 1 },
  { title: "RECORDS", right: true, spare: 3 },
  { title: "LOST" },
  { title: "SAMPLING", spare: 2 },
  { title: "LAST SEEN", right: true, spare: 4 },
];

/** The rows of one exporter: one a protocol that it speaks, its state in words below. */
export function exporterRows(exporter: ExporterSnapshot, nowMs: number, width: number, paint: Paint): Row[] {
  const [first, ...others] = exporter.versions;
  const notes = wrap(exporterNotes(exporter, nowMs), width - 4, " · ").map(paint.dim);
  const seen = ago(exporter.lastMessageMs, nowMs);
  const silent = isSilent(exporter, nowMs);
  const row = {
    cells: [
      { text: exporter.address, paint: paint.head },
      protocol(first),
      rate(exporter.recordsPerSecond),
      count(exporter.records),
      lost(first, paint),
      sampling(exporter, paint),
      silent ? { text: seen, paint: paint.warn } : seen,
    ],
  };
  const more = others.map((version) => ({ cells: ["", protocol(version), "", "", lost(version, paint)] }));
  if (more.length === 0) return [{ ...row, notes }];
  return [row, ...more.slice(0, -1), { ...more[more.length - 1], notes }];
}

function protocol(version: VersionSnapshot | undefined): string {
  return version === undefined ? "none yet" : protocolName(version.version);
}

/** "0.02 % of messages": the unit is what the protocol counts. */
export function lost(version: VersionSnapshot | undefined, paint: Paint): Cell {
  if (version === undefined || version.lostShare === null) return { text: "not told", paint: paint.dim };
  if (version.lost === 0) return { text: "none", paint: paint.good };
  const text = `${percent(version.lostShare)} of ${version.unit}`;
  return { text, paint: version.lostShare >= 0.01 ? paint.bad : paint.warn };
}

function sampling({ sampling: { intervals } }: ExporterSnapshot, paint: Paint): Cell {
  if (intervals.length === 0) return { text: "no record yet", paint: paint.dim };
  const [{ samplingInterval }] = intervals;
  const text = interval(samplingInterval) + (intervals.length > 1 ? ` +${intervals.length - 1}` : "");
  return samplingInterval === null ? { text, paint: paint.bad } : text;
}

function isSilent({ lastMessageMs }: ExporterSnapshot, nowMs: number): boolean {
  return lastMessageMs !== null && nowMs - lastMessageMs > SILENT_MS;
}

/** What there is to say beside the table, the usual left out where it can be. */
function exporterNotes(exporter: ExporterSnapshot, nowMs: number): string[] {
  const { templates, samples, faults } = exporter;
  const notes: string[] = [];
  if (exporter.name !== null) notes.push(safe(exporter.name));
  notes.push(exporter.role);
  if (isSilent(exporter, nowMs)) notes.push(`silent for ${span(nowMs - (exporter.lastMessageMs ?? nowMs))}`);
  if (exporter.sampling.intervals.length > 0) {
    const [seen] = exporter.sampling.intervals;
    const known = seen.samplingInterval !== null;
    notes.push(
      `${known ? `sampled ${interval(seen.samplingInterval)},` : "interval"} ${origin(seen.origin)}`,
    );
  }
  if (exporter.clock !== null) notes.push(clock(exporter.clock));
  if (templates.count > 0) {
    notes.push(`${counted(templates.count, "template")}, sent ${ago(templates.lastMs, nowMs)}`);
  }
  notes.push(...troubles(exporter.versions));
  if (samples !== null && samples.lostFlowSamples > 0) {
    notes.push(`${counted(samples.lostFlowSamples, "flow sample")} lost`);
  }
  if (samples !== null && samples.agentDrops > 0) {
    notes.push(`${counted(samples.agentDrops, "sample")} dropped by the agent`);
  }
  const { waiting } = exporter.held;
  if (waiting > 0) notes.push(`${counted(waiting, "set")} waiting for a template`);
  const unread = unreadSets(exporter);
  if (unread > 0) notes.push(`${counted(unread, "set")} without a template`);
  const malformed = faults.malformedMessages + faults.malformedSets + faults.malformedRecords;
  if (malformed > 0) notes.push(`${count(malformed)} malformed`);
  return notes;
}

/** Sets whose template did not come: neither read later nor still waiting. */
export function unreadSets({ faults, held }: ExporterSnapshot): number {
  return Math.max(0, faults.undecodedSets - held.waiting - held.released);
}

/** Duplicates, late ones and restarts, of all protocols. */
function troubles(versions: readonly VersionSnapshot[]): string[] {
  const sum = (name: "duplicates" | "reordered" | "restarts" | "untracked"): number =>
    versions.reduce((total, version) => total + version[name], 0);
  const found: string[] = [];
  if (sum("duplicates") > 0) found.push(`${counted(sum("duplicates"), "message")} came twice`);
  if (sum("reordered") > 0) found.push(`${counted(sum("reordered"), "message")} came late`);
  if (sum("restarts") > 0) found.push(counted(sum("restarts"), "restart"));
  if (sum("untracked") > 0) found.push(`${counted(sum("untracked"), "message")} past the bound of sequences`);
  return found;
}
