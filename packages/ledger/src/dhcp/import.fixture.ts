import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatPrefix } from "../lease/resolution.ts";
import { Ledger } from "../lease/ledger.ts";
import type { LeaseLogRow } from "../lease/log.ts";
import { LineTable } from "../line/table.ts";
import { KnownLeases } from "./known.ts";
import type { LeaseFileOptions, LeaseFileReport } from "./report.ts";

type Importer = (file: string, options: LeaseFileOptions) => Promise<LeaseFileReport>;

/** A ledger and a folder of files; what is imported goes through both, as `ishizue import` does it. */
export class ImportBench {
  readonly folder = mkdtempSync(join(tmpdir(), "ishizue-import-"));
  readonly ledger = new Ledger({ lines: new LineTable() });
  readonly known: KnownLeases;
  readonly rows: LeaseLogRow[] = [];
  readonly importer: Importer;
  #knownMs = Date.UTC(2026, 5, 1);

  constructor(importer: Importer, feed: string) {
    this.importer = importer;
    this.known = new KnownLeases(feed);
  }

  write(name: string, text: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  async import(file: string, options: Partial<LeaseFileOptions> = {}): Promise<LeaseFileReport> {
    this.#knownMs += 60_000;
    return this.importer(file, {
      knownMs: this.#knownMs,
      known: this.known,
      onLease: (lease) => {
        const { rows, reason } = this.ledger.apply(lease);
        this.rows.push(...rows);
        this.known.take(rows);
        return reason;
      },
      ...options,
    });
  }

  /** The leases that hold, in order: prefix, line, start and end in seconds since `fromMs`. */
  leases(fromMs = 0): [prefix: string, line: string, start: number, end: number][] {
    return [...this.ledger.log()]
      .filter((row) => row.validToMs > row.validFromMs)
      .map((row): [string, string, number, number] => [
        formatPrefix(row.words, 0, row.prefixLength),
        row.line,
        (row.validFromMs - fromMs) / 1000,
        (row.validToMs - fromMs) / 1000,
      ])
      .toSorted((a, b) => a[0].localeCompare(b[0]) || a[2] - b[2]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
