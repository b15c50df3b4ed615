// Flow records a second through encodeFlows and the spool (fsync) into `flows` and every rollup, and octets a row
// on disk. --rows N (10,000,000; 300,000 with --quick), --block rows a block (200,000), --inserts at a time (2).
// Checks that every rollup holds every octet, and prints one JSON line.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDiscovery } from "../src/embedded/discovery.ts";
import { BlockBuffer, FlowRows, SpoolWriter, encodeFlows, migrate, openStore } from "../src/index.ts";
import { Traffic } from "./traffic.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    block: { type: "string" },
    inserts: { type: "string" },
  },
});
const rowsPerBlock = Number(options.block ?? (options.quick ? 50_000 : 200_000));
const wanted = Number(options.rows ?? (options.quick ? 300_000 : 10_000_000));
const blocks = Math.ceil(wanted / rowsPerBlock);
const records = blocks * rowsPerBlock;

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-ingest-"));
const store = await openStore({ dataDir });
try {
  await migrate(store);
  const spool = await SpoolWriter.open({ store, limits: { inserts: Number(options.inserts ?? 2) } });
  const traffic = new Traffic({ seed: 7, startMs: Date.UTC(2026, 5, 1, 3), rowsPerSecond: 200_000 });
  const rows = new FlowRows(rowsPerBlock);
  // Two buffers by turns: one is written to the disk while the next is encoded.
  const buffers = [new BlockBuffer(), new BlockBuffer()];
  const writes = [Promise.resolve(), Promise.resolve()];
  let octets = 0;
  let generatorMs = 0;
  let encodeMs = 0;
  const engine = readDiscovery(dataDir)?.pid ?? 0;
  const startCpuS = cpuSeconds(engine);
  const startMs = performance.now();
  for (let block = 0; block < blocks; block++) {
    const turn = block % 2;
    await writes[turn];
    const generateMs = performance.now();
    traffic.next(rows);
    for (let row = 0; row < rows.rowCount; row++) octets += rows.octets[row] * rows.samplingInterval[row];
    const filledMs = performance.now();
    const encoded = encodeFlows(rows, traffic.names, buffers[turn]);
    encodeMs += performance.now() - filledMs;
    generatorMs += filledMs - generateMs;
    writes[turn] = spool.write("flows", encoded).then(() => spool.room());
  }
  await Promise.all(writes);
  await spool.drain();
  const seconds = (performance.now() - startMs) / 1000;
  const engineCpuS = cpuSeconds(engine) - startCpuS;
  await spool.close();

  const [sums] = await store.query<Record<string, number>>(
    `SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(octets_in + octets_out) FROM line_hour) AS line,
       (SELECT sum(octets) FROM port_hour) AS port, (SELECT sum(octets) FROM edge_5m WHERE direction = 'out') AS edge,
       (SELECT sum(attributed_octets) FROM quality_5m) AS quality`,
  );
  for (const name of ["line", "port", "edge", "quality"]) {
    if (sums[name] !== octets) throw new Error(`${name}: ${sums[name]} octets, ${octets} were written`);
  }
  if (sums.flows !== records) throw new Error(`${sums.flows} rows, ${records} were written`);
  const sizes = await store.query<{ table: string; octets: number }>(
    "SELECT table, sum(bytes_on_disk) AS octets FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table",
  );
  const perRow = (table: string) =>
    Number(((sizes.find((size) => size.table === table)?.octets ?? 0) / records).toFixed(1));
  console.log(
    JSON.stringify({
      bench: "store/ingest",
      records,
      rowsPerBlock,
      recordsPerSecond: Math.round(records / seconds),
      // Of the engine's process alone: what is left when others use the machine too.
      engineCpuMicrosecondsPerRecord: Number(((engineCpuS / records) * 1e6).toFixed(2)),
      encodeNanosecondsPerRecord: Math.round((encodeMs / records) * 1e6),
      generatorShare: Number((generatorMs / 1000 / seconds).toFixed(2)),
      octetsPerFlowsRow: perRow("flows"),
      lineHourOctetsPerRecord: perRow("line_hour"),
    }),
  );
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** User and system time of a process (proc(5), /proc/pid/stat fields 14 and 15, ticks of 10 ms); 0 where there is no /proc. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
