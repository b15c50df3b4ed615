import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  findProgress,
  keptBadRows,
  KnownLeases,
  Ledger,
  LedgerFault,
  LineTable,
  progressOf,
  type LeaseFileOptions,
  type LeaseFileReport,
} from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, "leases");

type Importer = (file: string, options: LeaseFileOptions) => Promise<LeaseFileReport>;

/**
 * Imports a lease file of these octets: its first half, then what was added, then all of it again.
 *
 * Throws where the import throws anything but a fault with a code and advice, where the last import changes who held what,
 * or a report does not add up.
 */
export async function importLeaseFile(
  octets: Uint8Array,
  importer: Importer,
  options: Partial<LeaseFileOptions> = {},
): Promise<string[]> {
  const ledger = new Ledger({ lines: new LineTable() });
  const known = new KnownLeases("fuzz");
  const read = async (from?: LeaseFileOptions["from"]): Promise<LeaseFileReport> => {
    const report = await importer(path, {
      knownMs: 1_770_000_000_000,
      known,
      onLease: (lease) => {
        const { rows, reason } = ledger.apply(lease);
        known.take(rows);
        return reason;
      },
      ...options,
      ...(from === undefined ? {} : { from }),
    });
    assertReport(report, octets);
    return report;
  };
  try {
    const half = octets.subarray(0, octets.length >> 1);
    writeFileSync(path, half);
    const first = await read();
    const progress = await progressOf(path, first.position, { header: first.header });
    assert.ok(progress.octets <= half.length, "read on behind the end of the file");
    writeFileSync(path, octets);
    await read(await findProgress(path, [progress]));
    // The first import of the whole tells what its halves could not; the second can tell nothing new.
    await read();
    const before = leasesOf(ledger);
    const again = await read();
    // Rows whose times go backwards may be told to the ledger again; what they come to stays.
    assert.deepEqual(leasesOf(ledger), before, "the same file changed the leases again");
    const reasons = again.badRows.map(({ reason }) => reason.replaceAll(/"[^"]*"|\d+/g, ""));
    return [...new Set(reasons), `leases${ledger.stats.leases > 0}`, `passed${again.passedOver > 0}`];
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    assert.ok(error.message !== "" && error.message.split("\n").length === 1, "a fault of more than a line");
    return [error.code];
  }
}

function assertReport(report: LeaseFileReport, octets: Uint8Array): void {
  const lines = octets.filter((octet) => octet === 10).length + 1;
  assert.ok(report.taken <= lines, "more rows than lines");
  assert.ok(report.bad <= 2 * lines, "more bad rows than rows and leases");
  assert.ok(report.badRows.length <= keptBadRows, "bad rows kept without a bound");
  for (const { line, reason } of report.badRows) {
    assert.ok(line >= 1 && line <= lines, "a bad row in a line that is not there");
    assert.ok(reason.length <= 400 && !reason.includes("\n"), "a reason as long as the file");
  }
}

function leasesOf(ledger: Ledger): string[] {
  return [...ledger.log()].map(({ words, prefixLength, validFromMs, validToMs, line }) =>
    [...words, prefixLength, validFromMs, validToMs, line].join(" "),
  );
}
