import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptBadRows, LedgerFault, type ImportReport } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, "list");

/**
 * Imports a file of these octets; `handed` counts what the import handed on.
 *
 * Throws where the import throws anything but a fault with a code and advice, hands on more than it says, or keeps more
 * bad rows than it may.
 */
export async function importOctets(
  octets: Uint8Array,
  read: (file: string, hand: (item: unknown) => string | undefined) => Promise<ImportReport>,
): Promise<string[]> {
  writeFileSync(path, octets);
  let handed = 0;
  let refused = 0;
  let length = 0;
  let report: ImportReport;
  try {
    report = await read(path, (item) => {
      handed++;
      length += JSON.stringify(item).length;
      if (handed % 5 !== 0) return undefined;
      refused++;
      return "refused";
    });
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    assert.ok(error.message !== "" && error.message.split("\n").length === 1, "a fault of more than a line");
    return [error.code];
  }
  const lines = octets.filter((octet) => octet === 10).length + 1;
  assert.equal(report.taken, handed - refused, "taken and handed on");
  assert.ok(report.taken + report.bad <= lines, "more rows than lines");
  assert.ok(report.badRows.length <= keptBadRows, "bad rows kept without a bound");
  for (const { line, reason } of report.badRows) {
    assert.ok(line >= 1 && line <= lines, "a bad row in a line that is not there");
    assert.ok(reason.length <= 400 && !reason.includes("\n"), "a reason as long as the file");
  }
  assert.ok(length <= 4096 + 600 * lines + 40 * octets.length, "events out of proportion");
  return [
    ...new Set(report.badRows.map(({ reason }) => reason.replaceAll(/"[^"]*"|\d+/g, ""))),
    `taken${handed > 0}`,
  ];
}

/** Text as octets, with what stands for octets that are no text. */
export function text(...lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
}
