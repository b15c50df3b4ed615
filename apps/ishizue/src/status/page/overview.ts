import type { CollectorStatus, PipelineSnapshot, ReceiverSnapshot } from "../snapshot.ts";
import { exporterColumns, exporterRows } from "./exporter-rows.ts";
import type { Paint } from "./paint.ts";
import { table, wrap } from "./table.ts";
import { ago, count, counted, octets, percent, span } from "./words.ts";

/** A page narrower than this is not made. */
const NARROWEST = 80;
const LABEL = 14;

/** The collector on one page: what it is, what came, what became of it, who sent it. */
export function overview(status: CollectorStatus, nowMs: number, columns: number, paint: Paint): string {
  const width = Math.max(NARROWEST, columns);
  const lines = [...summary(status, nowMs, width, paint), ""];
  if (status.workers.length > 1) lines.push(...workers(status, width, paint), "");
  if (status.exporters.length === 0) {
    lines.push("No exporter has been heard of yet.");
  } else {
    lines.push(paint.head(heading(status)));
    const rows = status.exporters.flatMap((exporter) => exporterRows(exporter, nowMs, width, paint));
    lines.push(...table(exporterColumns, rows, width, paint));
  }
  return `${lines.join("\n")}\n`;
}

function heading({ exporters, exportersSeen }: CollectorStatus): string {
  const more = exportersSeen - exporters.length;
  return more === 0 ? "Exporters" : `Exporters (${count(exporters.length)} of ${count(exportersSeen)})`;
}

function summary(status: CollectorStatus, nowMs: number, width: number, paint: Paint): string[] {
  const { pipeline, ports, receiver } = status;
  const entries: [label: string, text: string][] = [
    ["listening", listening(status)],
    ...(receiver === null
      ? []
      : receiver.why.map((why, index): [string, string] => [index === 0 ? "why" : "", why])),
    [
      "received",
      `${counted(pipeline.datagrams, "datagram")} (${octets(pipeline.octets)}): ${counted(pipeline.records, "flow record")}, ${counted(pipeline.optionsRecords, "options record")}, ${counted(pipeline.templates, "template")}`,
    ],
    ["lost here", lostHere(status, paint)],
    ["not read", notRead(pipeline, paint)],
    ["stored", stored(status, paint)],
    ["lines", lines(status)],
    ["late leases", lateLeases(status, nowMs, paint)],
  ];
  for (const [index, text] of forwarded(status).entries())
    entries.push([index === 0 ? "forwarded" : "", text]);
  if (ports.accounting !== null) entries.push(["accounting", accounting(status, paint)]);
  const nats = sharing(status, paint);
  if (nats !== "") entries.push(["NATs", nats]);
  const title = `${paint.head("ishizue")} ${state(status, paint)}, up ${span(1000 * status.upSeconds)}`;
  return [title, ...entries.flatMap(([label, text]) => entry(label, text, width, paint))];
}

/** A label and its text, wrapped beside it. */
export function entry(label: string, text: string, width: number, paint: Paint): string[] {
  return beside(label, wrap(text.split(" "), width - LABEL - 2), paint);
}

/** A label and a list beside it, commas between; nothing where the list is empty. */
export function list(label: string, items: readonly string[], width: number, paint: Paint): string[] {
  return beside(label, wrap(items, width - LABEL - 2, ", "), paint);
}

function beside(label: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map((line, index) => `  ${paint.dim((index === 0 ? label : "").padEnd(LABEL))}${line}`);
}

function state(status: CollectorStatus, paint: Paint): string {
  const { state } = status;
  if (state === "ok") return paint.good("running");
  if (state === "retrying")
    return paint.warn("running, but the store takes nothing: records wait in the spool");
  return paint.bad(
    status.spool.lastFailure.startsWith("STORE_DISK_FULL")
      ? "running, but the disk is full: records are lost until there is room"
      : "running, but the spool is full: records are lost until the store takes what waits",
  );
}

/** To other collectors, one each. */
function forwarded({ relay }: CollectorStatus): string[] {
  return (relay?.targets ?? []).map(({ target, sent, dropped, errors, lastError }) => {
    const losses = [
      dropped > 0 ? [`${count(dropped)} dropped`] : [],
      errors > 0 ? [`${counted(errors, "error")}${lastError === null ? "" : ` (${lastError})`}`] : [],
    ].flat();
    return [`${counted(sent, "datagram")} to ${target}`, ...losses].join(", ");
  });
}

function streams({ ports, stream }: Pick<CollectorStatus, "ports" | "stream">): string {
  const listening = [
    ports.stream === null ? [] : [`TCP ${ports.stream}`],
    ports.streamTls === null ? [] : [`TLS ${ports.streamTls}`],
  ].flat();
  if (stream === null || listening.length === 0) return "";
  const failed =
    stream.handshakeFailures > 0 ? `, ${counted(stream.handshakeFailures, "handshake")} failed` : "";
  return `; IPFIX on ${listening.join(" and ")}, ${counted(stream.open, "session")} open${failed}`;
}

function listening({ ports, receiver, workers, stream }: CollectorStatus): string {
  const by = receiver === null ? "" : `, by ${receiver.kind}`;
  const many = workers.length > 1 ? ` with ${count(workers.length)} workers` : "";
  const accounting = ports.accounting === null ? "" : `; RADIUS accounting on UDP ${ports.accounting}`;
  return `flows on UDP ${ports.flow.join(", ")}${by}${many}${streams({ ports, stream })}${accounting}`;
}

/** What the collector or its machine lost, not the network. */
function lostHere({ receiver, pipeline }: CollectorStatus, paint: Paint): string {
  const losses = receiver === null ? [] : receiverLosses(receiver);
  if (pipeline.rowsLost > 0)
    losses.push(`${counted(pipeline.rowsLost, "record")} that the disk did not take`);
  if (pipeline.refusedDatagrams > 0) {
    losses.push(`${counted(pipeline.refusedDatagrams, "datagram")} of exporters past limits.exporters`);
  }
  if (losses.length > 0) return paint.bad(losses.join("; "));
  return receiver?.kernelDrops === null
    ? "nothing known; the system does not tell what the kernel drops"
    : paint.good("nothing");
}

function receiverLosses(receiver: ReceiverSnapshot): string[] {
  const losses: string[] = [];
  const add = (value: number | null, what: string): void => {
    if (value !== null && value > 0) losses.push(`${counted(value, "datagram")} ${what}`);
  };
  add(receiver.kernelDrops, "dropped by the kernel: raise listen.receiveBufferBytes and net.core.rmem_max");
  add(receiver.fragments, "in fragments");
  add(receiver.badChecksums, "of a wrong checksum");
  add(receiver.truncated, "cut short");
  return losses;
}

function notRead(pipeline: PipelineSnapshot, paint: Paint): string {
  const parts: string[] = [];
  const add = (value: number, noun: string, what: string): void => {
    if (value > 0) parts.push(`${counted(value, noun)} ${what}`);
  };
  add(pipeline.unknownVersion, "datagram", "of no known protocol");
  add(pipeline.undecodedSets, "set", "without a template");
  add(pipeline.malformedMessages, "message", "malformed");
  add(pipeline.malformedSets, "set", "malformed");
  add(pipeline.malformedRecords, "record", "malformed");
  return parts.length === 0 ? paint.good("nothing") : paint.warn(parts.join(", "));
}

function stored({ pipeline, spool }: CollectorStatus, paint: Paint): string {
  const waits =
    spool.pendingFiles === 0
      ? "nothing waits for the store"
      : `${counted(spool.pendingFiles, "block")} (${octets(spool.pendingBytes)}) wait for the store`;
  const text = `${counted(pipeline.rowsDurable, "record")} on disk; ${waits}`;
  const trouble = spool.lastFailure === "" || spool.state === "ok" ? "" : `; ${spool.lastFailure}`;
  return trouble === "" ? text : text + paint.warn(trouble);
}

function lines({ ledger, pipeline }: CollectorStatus): string {
  const known = `${counted(ledger.lines, "line")}, ${counted(ledger.leases, "lease")}`;
  if (pipeline.rowsDurable === 0) return known;
  const unknown =
    pipeline.unknownInterval === 0
      ? ""
      : `; ${counted(pipeline.unknownInterval, "record")} of unknown sampling interval`;
  const nowhere =
    pipeline.unknownRoutingDomain === 0
      ? ""
      : `; ${counted(pipeline.unknownRoutingDomain, "record")} of a VRF or VNI in no routing domain`;
  const share = Math.min(1, pipeline.attributed / pipeline.rowsDurable);
  return `${known}; ${percent(share)} of records have a line${unknown}${nowhere}`;
}

/** What the ledger learned late, and what became of it. */
function lateLeases({ reattribution }: CollectorStatus, nowMs: number, paint: Paint): string {
  const { state, why, records, runs, lastMs, graceSeconds, failures, lastFailure } = reattribution;
  if (state === "off") return `records stay credited as they were when they came in: ${why ?? "off"}`;
  const changed =
    records === 0
      ? "no record credited anew"
      : `${counted(records, "record")} credited anew: ${octets(reattribution.gainedOctets)} that had no line, ${octets(reattribution.movedOctets)} of another line before, ${octets(reattribution.lostOctets)} of none now`;
  const last = lastMs === null ? "" : `, the last ${ago(lastMs, nowMs)}`;
  const looked = `${counted(runs, "run")}${state === "running" ? ", one goes on" : last}`;
  const text = `${changed}; ${looked}; final after ${span(1000 * graceSeconds)}`;
  if (lastFailure === "") return text;
  return text + paint.warn(`; failed ${counted(failures, "time")}: ${lastFailure}`);
}

function accounting({ accounting }: CollectorStatus, paint: Paint): string {
  if (accounting === null) return "none";
  const dropped = Object.values(accounting.dropped).reduce((sum, value) => sum + value, 0);
  const text = `${counted(accounting.datagrams, "datagram")}, ${counted(accounting.events, "event")}`;
  const lost = dropped + accounting.failed;
  return lost === 0 ? text : `${text}, ${paint.warn(`${count(lost)} not answered`)}`;
}

/** What NATs tell of shared addresses; nothing where none does. */
function sharing({ sharing: { natEvents, syslog }, pipeline }: CollectorStatus, paint: Paint): string {
  const told: string[] = [];
  let lost = pipeline.natEventsLost;
  if (natEvents !== null && (natEvents.events > 0 || natEvents.unknownExporter > 0)) {
    told.push(`${counted(natEvents.events, "event")} of flow exports`);
    lost += natEvents.lost + natEvents.failed + natEvents.unknownExporter + natEvents.incomplete;
  }
  if (syslog !== null) {
    told.push(`${counted(syslog.bindings, "binding")} of ${counted(syslog.messages, "syslog message")}`);
    const dropped = Object.values(syslog.dropped).reduce((sum, value) => sum + value, 0);
    lost += dropped + syslog.failed + syslog.unreadable;
  }
  const text = told.join(", ");
  return lost === 0 ? text : `${text}, ${paint.warn(`${count(lost)} not taken`)}`;
}

function workers({ workers }: CollectorStatus, width: number, paint: Paint): string[] {
  const rows = workers.map((worker) => ({
    cells: [
      String(worker.worker),
      count(worker.exporters),
      count(worker.datagrams),
      count(worker.records),
      worker.kernelDrops === null ? "not told" : count(worker.kernelDrops),
    ],
  }));
  const columns = ["WORKER", "EXPORTERS", "DATAGRAMS", "RECORDS", "DROPPED BY THE KERNEL"];
  return [
    paint.head("Workers"),
    ...table(
      columns.map((title) => ({ title, right: true })),
      rows,
      width,
      paint,
    ),
  ];
}
