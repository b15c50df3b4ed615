// A simulated provider's week in the embedded store, by the collector's own way (accounting, decoding, look-ups, spool,
// rollups): octets on the disk, and how long what a console asks takes over a day and over the week.
// --rows N records, about (100,000,000; 200,000 with --quick), --lines N (100,000; 2,000 with --quick), --repeat N (5),
// --keep DIR: the store stays in DIR; one that is there already is not filled again.
// Checks that the rollups hold what the records do. Prints one JSON line for the store and one a query.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Provider } from "@ishizue/simulator";
import { Collector } from "../src/collector/collector.ts";
import { importFile } from "../src/commands/import.ts";
import { loadConfig } from "../src/config/load.ts";
import { fill, type Filled } from "./store/fill.ts";
import { consoleQueries } from "./store/queries.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string" },
    lines: { type: "string" },
    repeat: { type: "string" },
    keep: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const wanted = Number(values.rows ?? (values.quick ? 200_000 : 100_000_000));
const lines = Number(values.lines ?? (values.quick ? 2000 : 100_000));
const repeat = Number(values.repeat ?? 5);
const dir = values.keep ?? mkdtempSync(join(tmpdir(), "ishizue-store-"));
const isFilled = existsSync(join(dir, "data"));
const daySeconds = 86_400;

/** Half of so many runs took no longer. */
function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

try {
  const provider = new Provider({ lines, weeks: ["2026-W20"], recordsTarget: wanted, seed: 1 });
  const imports = join(dir, "imports");
  if (!isFilled) await provider.writeImports(imports);
  const collector = await Collector.open(join(dir, "data"), loadConfig(imports));
  try {
    const { store } = collector;
    let filled: Filled | undefined;
    if (!isFilled) {
      for (const kind of ["lines", "leases"] as const) {
        await importFile(collector, kind, join(imports, `${kind}.csv`), provider.timeZone);
      }
      filled = await fill(provider, collector);
    }
    const [sums] = await store.query<Record<string, number>>(
      `SELECT (SELECT count() FROM flows) AS flows,
         (SELECT sum(octets * sampling_interval) FROM flows WHERE counted = 1) AS octets,
         (SELECT sum(octets_in + octets_out) FROM line_hour) AS of_lines,
         (SELECT sum(octets * sampling_interval) FROM flows WHERE counted = 1 AND line_in != '')
           + (SELECT sum(octets * sampling_interval) FROM flows WHERE counted = 1 AND line_out != '') AS attributed,
         (SELECT sum(octets) FROM edge_5m WHERE direction = 'out') AS of_edges`,
    );
    const records = sums.flows;
    if (filled !== undefined) assert.equal(records, filled.records, "records in the store");
    assert.equal(sums.of_lines, sums.attributed, "octets of lines");
    assert.equal(sums.of_edges, sums.octets, "octets of exporters");
    assert.ok(sums.attributed > 0.9 * sums.octets, "most octets are of lines");
    const sizes = await store.query<{ table: string; octets: number; parts: number; rows: number }>(
      `SELECT table, sum(bytes_on_disk) AS octets, count() AS parts, sum(rows) AS rows FROM system.parts
       WHERE active AND database = currentDatabase() GROUP BY table`,
    );
    const sizeOf = (name: string) =>
      sizes.find(({ table }) => table === name) ?? { octets: 0, parts: 0, rows: 0 };
    console.log(
      JSON.stringify({
        bench: "store",
        records,
        lines,
        // With the simulator on the same processors; store/ingest has the store's own rate.
        ...(filled !== undefined && {
          recordsPerSecond: Math.round(records / filled.seconds),
          simulatorShare: round(filled.simulatorSeconds / filled.seconds, 2),
        }),
        octetsPerFlow: round(sizeOf("flows").octets / records, 2),
        partsOfFlows: sizeOf("flows").parts,
        lineHourRowsPerRecord: round(sizeOf("line_hour").rows / records, 3),
        lineHourOctetsPerRecord: round(sizeOf("line_hour").octets / records, 2),
        otherRollupsOctetsPerRecord: round(
          (sizeOf("port_hour").octets + sizeOf("edge_5m").octets + sizeOf("quality_5m").octets) / records,
          3,
        ),
      }),
    );
    const [week] = provider.weeks;
    const to = Math.floor(week.endMs / 1000);
    for (const [span, from] of [
      ["day", to - daySeconds],
      ["week", to - 7 * daySeconds],
    ] as const) {
      for (const [query, sql] of Object.entries(consoleQueries)) {
        const times: number[] = [];
        let rows = 0;
        for (let turn = 0; turn < repeat; turn++) {
          const started = performance.now();
          rows = (await store.query(sql, { from, to })).length;
          times.push(performance.now() - started);
        }
        assert.ok(rows > 0, `${query} over a ${span} has no rows`);
        console.log(
          JSON.stringify({
            bench: "store/query",
            query,
            span,
            records,
            rows,
            firstMs: Math.round(times[0]),
            medianMs: Math.round(median(times)),
            longestMs: Math.round(Math.max(...times)),
          }),
        );
      }
    }
  } finally {
    await collector.stop();
  }
} finally {
  if (values.keep === undefined) rmSync(dir, { recursive: true, force: true });
}
