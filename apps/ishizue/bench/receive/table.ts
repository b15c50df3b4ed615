import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Spread } from "./measure.ts";

/** What was measured of one collector at one kind of work; or why it could not be. */
export type Row = {
  name: string;
  work: string;
  recordsPerSecond?: number;
  /** The load went no faster. */
  limitedByLoad?: boolean;
  /** CPU seconds a million records, over the rounds. */
  cpu?: Spread;
  /** Records a second at which the CPU was taken. */
  cpuRate?: number;
  fault?: string;
};

const millions = (value: number): string => (value / 1e6).toFixed(2);

/** The table, with each row against nfcapd's. */
export function markdown(rows: readonly Row[], machine: string): string {
  const base = rows.find(({ name, fault }) => name === "nfcapd" && fault === undefined);
  const lines = [
    `${machine}.`,
    "",
    "| collector | what it does | M records/s without loss | to nfcapd | CPU s a million (least–most) | of nfcapd's |",
    "|---|---|--:|--:|--:|--:|",
    ...rows.map((row) => {
      if (row.recordsPerSecond === undefined || row.cpu === undefined)
        return `| ${row.name} | ${row.work} | ${row.fault ?? ""} | | | |`;
      const rate = `${row.limitedByLoad === true ? "≥ " : ""}${millions(row.recordsPerSecond)}`;
      const faster =
        base?.recordsPerSecond === undefined
          ? ""
          : `${(row.recordsPerSecond / base.recordsPerSecond).toFixed(1)} ×`;
      const share = base?.cpu === undefined ? "" : `1/${(base.cpu.median / row.cpu.median).toFixed(1)}`;
      const { median, least, most } = row.cpu;
      return `| ${row.name} | ${row.work} | ${rate} | ${faster} | ${median.toFixed(3)} (${least.toFixed(3)}–${most.toFixed(3)}) | ${share} |`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}

const begin = "<!-- bench:receive -->";
const end = "<!-- /bench:receive -->";

/** Puts the table into docs/performance.md, between its marks. */
export function writeTable(table: string): void {
  const path = fileURLToPath(new URL("../../../../docs/performance.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table (${begin} … ${end})`);
  writeFileSync(path, `${text.slice(0, from + begin.length)}\n\n${table}\n${text.slice(to)}`);
}
