import { readFileSync, writeFileSync } from "node:fs";
import type { Family } from "./family.ts";
import { families } from "./metrics.ts";

/** The page that lists the metrics. Run as a program, this file writes its tables anew. */
export const DOCUMENT = new URL("../../../../docs/metrics.md", import.meta.url);

const BEGIN = "<!-- metrics: written by apps/ishizue/src/metrics/document.ts -->";
const END = "<!-- end of metrics -->";

/** `text` with the table between its two marks as the code has it. */
export function documented(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return text;
  return `${text.slice(0, begin + BEGIN.length)}\n\n${metricsTable(families)}\n${text.slice(end)}`;
}

function metricsTable(families: readonly Family[]): string {
  const rows = families.map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${named} | ${help.replaceAll("|", "\\|")} |\n`;
  });
  return `| name | type | labels | what |\n|---|---|---|---|\n${rows.join("")}`;
}

if (import.meta.main) writeFileSync(DOCUMENT, documented(readFileSync(DOCUMENT, "utf8")));
