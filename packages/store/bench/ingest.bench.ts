// Flow records a second as the collector keeps them: blocks of FlowBlockWriter through the spool (fsync) into `flows` and
// every rollup; the processor time of the engine and of the encoder by themselves, and octets a row on disk, as they lie
// when the last block is in and when the parts are merged.
// --rows N (10,000,000; 300,000 with --quick), --block rows a block (250,000), --inserts at a time (2).
// Checks that every rollup holds every octet, and prints one JSON line.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readDiscovery } from "../src/embedded/discovery.ts";
import { FlowBlockMemory, FlowBlockWriter, FlowRows, migrate, openStore, SpoolWriter } from "../src/index.ts";
import { Traffic } from "./traffic.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    block: { type: "string" },
    inserts: { type: "string" },
  },
});
/** Rows that the collector decodes, settles and appends to a block at a time, about. */
const rowsPerBatch = 2000;
/** Of whole batches. */
const rowsPerBlock =
  rowsPerBatch * Math.ceil(Number(options.block ?? (options.quick ? 50_000 : 250_000)) / rowsPerBatch);
const wanted = Number(options.rows ?? (options.quick ? 300_000 : 10_000_000));
const blocks = Math.ceil(wanted / rowsPerBlock);
const records = blocks * rowsPerBlock;

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-ingest-"));
const store = await openStore({ dataDir });
try {
  await migrate(store);
  const spool = await SpoolWriter.open({ store, limits: { inserts: Number(options.inserts ?? 2) } });
  const traffic = new Traffic({ seed: 7, startMs: Date.UTC(2026, 5, 1, 3), rowsPerSecond: 200_000 });
  const batch = new FlowRows(rowsPerBatch);
  const writer = new FlowBlockWriter(traffic.lines);
  // Two memories by turns: one is written to the disk while the next is filled.
  const memories = [new FlowBlockMemory(rowsPerBlock), new FlowBlockMemory(rowsPerBlock)];
  const writes = [Promise.resolve(), Promise.resolve()];
  let octets = 0;
  let generatorUs = 0;
  let encodeUs = 0;
  let encodedBytes = 0;
  const engine = readDiscovery(dataDir)?.pid ?? 0;
  const startCpuS = cpuSeconds(engine);
  const startOwn = process.cpuUsage();
  const startMs = performance.now();
  for (let block = 0; block < blocks; block++) {
    const turn = block % 2;
    await writes[turn];
    writer.begin(memories[turn]);
    while (writer.rowCount < rowsPerBlock) {
      const begunUs = threadUs();
      traffic.next(batch);
      const filledUs = threadUs();
      writer.append(batch);
      encodeUs += threadUs() - filledUs;
      for (let row = 0; row < rowsPerBatch; row++) octets += batch.octets[row] * batch.samplingInterval[row];
      generatorUs += filledUs - begunUs;
    }
    const finishUs = threadUs();
    const encoded = writer.finish();
    encodeUs += threadUs() - finishUs;
    encodedBytes += encoded.bytes.length;
    writes[turn] = spool.writeBlock("flows", encoded).then(() => spool.room());
  }
  await Promise.all(writes);
  await spool.drain();
  const seconds = (performance.now() - startMs) / 1000;
  const engineCpuS = cpuSeconds(engine) - startCpuS;
  const own = process.cpuUsage(startOwn);
  const ownCpuS = (own.user + own.system) / 1e6;
  await spool.close();

  await requireAll(octets);
  const { flows, line_hour: lineHour } = await octetsOfTables();
  const perRecord = (value: number, digits: number) => Number((value / records).toFixed(digits));
  const result = {
    bench: "store/ingest",
    records,
    rowsPerBlock,
    recordsPerSecond: Math.round(records / seconds),
    // Of the engine's process alone: what is left when others use the machine too.
    engineCpuMicrosecondsPerRecord: perRecord(engineCpuS * 1e6, 2),
    encodeNanosecondsPerRecord: Math.round(perRecord(encodeUs * 1e3, 1)),
    // Encoder, checksum, spool and requests of this process; without what makes the traffic.
    writerCpuNanosecondsPerRecord: Math.round(perRecord((ownCpuS - generatorUs / 1e6) * 1e9, 1)),
    spoolOctetsPerRecord: perRecord(encodedBytes, 1),
    generatorShare: Number((generatorUs / 1e6 / seconds).toFixed(2)),
    octetsPerFlowsRow: perRecord(flows, 1),
    lineHourOctetsPerRecord: perRecord(lineHour, 1),
  };
  for (const table of ["flows", "line_hour"]) await store.command(`OPTIMIZE TABLE ${table} FINAL`);
  const merged = await octetsOfTables();
  console.log(
    JSON.stringify({
      ...result,
      octetsPerFlowsRowMerged: perRecord(merged.flows, 1),
      lineHourOctetsPerRecordMerged: perRecord(merged.line_hour, 1),
    }),
  );
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Throws unless every table holds the octets that were written. */
async function requireAll(octets: number): Promise<void> {
  const [sums] = await store.query<Record<string, number>>(
    `SELECT (SELECT count() FROM flows) AS flows, (SELECT sum(octets_in + octets_out) FROM line_hour) AS line,
       (SELECT sum(octets) FROM port_hour) AS port, (SELECT sum(octets) FROM edge_5m WHERE direction = 'out') AS edge,
       (SELECT sum(attributed_octets) FROM quality_5m) AS quality`,
  );
  for (const name of ["line", "port", "edge", "quality"]) {
    if (sums[name] !== octets) throw new Error(`${name}: ${sums[name]} octets, ${octets} were written`);
  }
  if (sums.flows !== records) throw new Error(`${sums.flows} rows, ${records} were written`);
}

async function octetsOfTables(): Promise<Record<"flows" | "line_hour", number>> {
  const rows = await store.query<{ table: string; octets: number }>(
    "SELECT table, sum(bytes_on_disk) AS octets FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table",
  );
  const of = (name: string) => rows.find(({ table }) => table === name)?.octets ?? 0;
  return { flows: of("flows"), line_hour: of("line_hour") };
}

/** Processor time of this thread. */
function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
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
