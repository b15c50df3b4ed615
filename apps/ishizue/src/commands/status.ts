import { Command } from "commander";
import type { CollectorStatus } from "../status/snapshot.ts";
import { CommandFault } from "../fault/fault.ts";
import { globals } from "./globals.ts";

export function statusCommand(): Command {
  return new Command("status")
    .description("what the running collector has seen")
    .option("--json", "print it as JSON")
    .option("--url <url>", "where it answers (default: status.host and status.port)")
    .action(async (options: { json?: boolean; url?: string }, command: Command) => {
      const { config } = globals(command);
      const url = options.url ?? `http://${config.status.host}:${config.status.port}/status`;
      let status: CollectorStatus;
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        status = (await response.json()) as CollectorStatus;
      } catch {
        throw new CommandFault(
          "NOT_RUNNING",
          `no collector answers at ${url}`,
          "start it with `ishizue collect`, or name its --url",
        );
      }
      if (options.json === true) {
        console.log(JSON.stringify(status, null, 2));
        return;
      }
      printStatus(status);
    });
}

const NOTHING = "nothing to report";

function printStatus(status: CollectorStatus): void {
  const { pipeline } = status;
  const lines: [string, string][] = [
    [
      "state",
      `${status.state}, up ${status.upSeconds} s, flows on UDP ${status.ports.flow.join(", ")}${status.ports.accounting === null ? "" : `, accounting on UDP ${status.ports.accounting}`}`,
    ],
    [
      "received",
      `${pipeline.datagrams} datagrams, ${pipeline.records} records, ${pipeline.templates} templates, ${pipeline.optionsRecords} options records`,
    ],
    ["durable", `${pipeline.rowsDurable} records, ${pipeline.rowsLost} lost`],
    [
      "not understood",
      `${pipeline.unknownVersion} datagrams of no known protocol, ${pipeline.undecodedSets} sets without a template, ${pipeline.malformedMessages + pipeline.malformedSets + pipeline.malformedRecords} malformed`,
    ],
    ["spool", flat(status.spool)],
    ["ledger", flat(status.ledger)],
    ["receiver", flat(status.receiver)],
  ];
  if (status.accounting !== null) lines.push(["accounting", flat(status.accounting)]);
  for (const [name, text] of lines) console.log(`${name.padEnd(15)} ${text}`);
  console.log("");
  const header = ["exporter", "role", "messages", "records", "last message", "sequence"];
  const rows = status.exporters.map((exporter) => [
    exporter.address,
    exporter.role,
    String(exporter.messages),
    String(exporter.records),
    exporter.lastMessageMs === null ? "never" : new Date(exporter.lastMessageMs).toISOString(),
    flat(exporter.versions[0]),
  ]);
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [header, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** Counters as words, those of structures after their name; zeroes, empty texts and lists left out. */
function flat(value: unknown): string {
  if (typeof value !== "object" || value === null) return "none";
  const parts = Object.entries(value).flatMap(([name, entry]): string[] => {
    if (typeof entry === "number") return entry === 0 ? [] : [`${name} ${entry}`];
    if (typeof entry === "string") return entry === "" ? [] : [`${name} ${entry}`];
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [];
    const inner = flat(entry);
    return inner === NOTHING ? [] : [`${name}: ${inner}`];
  });
  return parts.length === 0 ? NOTHING : parts.join(", ");
}
