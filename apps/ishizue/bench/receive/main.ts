// npm run bench:receive: our receivers against nfcapd and nfacctd, the same load, the same machine, in one run.
// It installs nothing and says what is missing. Options: --quick, --seconds N a trial, --rounds N, --only WORD,
// --write (the table goes into docs/performance.md), --soak SECONDS (only: half the highest rate for so long, and what
// becomes of the memory), --segments N (the load sends N datagrams as one that the kernel cuts apart: it gets further, but
// the ring then sees them before they are cut).
import { cpus, release, tmpdir } from "node:os";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attempt, type Highest, highestLossFree, type Spread, spreadOf } from "./measure.ts";
import { recordsAMessage } from "./messages.ts";
import { findProgram, type PeerName, versionOf } from "./peers.ts";
import { soak } from "./soak.ts";
import { Load, PeerTarget, Subject, type Target } from "./target.ts";
import type { SubjectSetUp } from "./subject.ts";
import { markdown, type Row, writeTable } from "./table.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
    soak: { type: "string" },
    segments: { type: "string", default: "0" },
  },
});
const seconds = Number(options.seconds ?? (options.quick ? 0.2 : 3));
const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
const segments = Number(options.segments);
const leases = options.quick ? 10_000 : 1_048_576;
const startRate = options.quick ? 5000 : 40_000;
const dir = mkdtempSync(join(tmpdir(), "ishizue-bench-receive-"));
const peerPort = 29_995;

type Candidate = {
  name: string;
  /** What it does with the records. */
  work: string;
  start: (command: readonly string[]) => Promise<Target>;
};

const candidates: Candidate[] = [];
const versions: string[] = [];
for (const name of ["nfcapd", "nfacctd"] satisfies PeerName[]) {
  const path = findProgram(name);
  if (path === undefined) {
    console.log(`${name} is not installed: apt-get install ${name === "nfcapd" ? "nfdump" : "pmacct"}`);
    continue;
  }
  versions.push(`${name} ${versionOf(path)}`);
  candidates.push({
    name,
    work: name === "nfcapd" ? "writes its files" : "counts by 5-tuple in memory",
    start: (command) => PeerTarget.start(name, path, peerPort, join(dir, name), command),
  });
}
const ours: [SubjectSetUp["kind"], SubjectSetUp["work"], string][] = [
  ["ring", "columns", "receives, decodes to columns"],
  ["recvmmsg", "columns", "receives, decodes to columns"],
  ["dgram", "columns", "receives, decodes to columns"],
  ["ring", "lookup", "and looks both addresses up"],
  ["recvmmsg", "lookup", "and looks both addresses up"],
  ["ring", "spool", "and keeps every field in fsynced spool files"],
  ["recvmmsg", "spool", "and keeps every field in fsynced spool files"],
];
for (const [kind, work, text] of ours) {
  const setUp: SubjectSetUp = {
    kind,
    work,
    leases: work === "columns" ? 0 : leases,
    dir: join(dir, "spool"),
  };
  candidates.push({
    name: kind,
    work: text,
    // Receiving and writing are two threads: they have what both cores leave.
    start: (command) => Subject.start(setUp, work === "spool" ? [] : command, recordsAMessage),
  });
}

const taskset = cpus().length > 1 ? findProgram("taskset") : undefined;
if (taskset === undefined)
  console.log("taskset is missing, or there is one core: load and collector share cores");
const pinnedTo = (core: number): string[] => (taskset === undefined ? [] : [taskset, "-c", String(core)]);
const chosen = candidates.filter(
  ({ name, work }) =>
    options.only.length === 0 || options.only.some((word) => `${name} ${work}`.includes(word)),
);

if (options.soak !== undefined) {
  await soakEach(Number(options.soak));
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
}

const rows: Row[] = [];
/** The rate at which CPU is compared: what nfcapd can do, or what each can where nfcapd is missing. */
let commonRate: number | undefined;
try {
  for (const candidate of chosen) {
    const row = await measure(candidate);
    rows.push(row);
    if (row.fault !== undefined) {
      console.log(`${row.name} (${row.work}): ${row.fault}`);
      continue;
    }
    console.log(
      JSON.stringify({
        bench: "receive",
        collector: row.name,
        work: row.work,
        recordsPerSecond: row.recordsPerSecond,
        limitedByLoad: row.limitedByLoad,
        cpuSecondsAMillion: row.cpu?.median,
        cpuLeast: row.cpu?.least,
        cpuMost: row.cpu?.most,
        atRecordsPerSecond: row.cpuRate,
      }),
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
const machine = `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${versions.join(", ")}`;
const table = markdown(rows, machine);
console.log(`\n${table}`);
if (options.write) writeTable(table);
process.exit(rows.some(({ fault }) => fault !== undefined) ? 1 : 0);

async function measure({ name, work, start }: Candidate): Promise<Row> {
  let target: Target | undefined;
  let load: Load | undefined;
  try {
    target = await start(pinnedTo(1));
    load = await Load.start(
      { port: target.port, exporters: 1, templates: 1, messages: 8192, customers: leases, segments },
      pinnedTo(0),
    );
    await load.sendTemplates();
    await attempt(target, load, startRate / 2, seconds / 2);
    const highest: Highest | undefined = await highestLossFree(target, load, startRate, seconds);
    if (highest === undefined) return { name, work, fault: "loses datagrams at every rate that was tried" };
    const rate = Math.min(commonRate ?? Infinity, 0.9 * highest.sentPerSecond);
    if (name === "nfcapd") commonRate = rate;
    const cpu: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await load.sendTemplates();
      const { cpuADatagram } = await attempt(target, load, rate, seconds);
      cpu.push((cpuADatagram / recordsAMessage) * 1e6);
    }
    return {
      name,
      work,
      recordsPerSecond: Math.round(highest.sentPerSecond * recordsAMessage),
      limitedByLoad: highest.limitedByLoad,
      cpu: spreadOf(cpu) satisfies Spread,
      cpuRate: Math.round(rate * recordsAMessage),
    };
  } catch (error) {
    return { name, work, fault: error instanceof Error ? error.message : String(error) };
  } finally {
    await load?.end();
    await target?.end();
  }
}

/** Each of ours at half the highest rate without loss. */
async function soakEach(length: number): Promise<void> {
  for (const { name, work, start } of chosen) {
    const target = await start([]);
    if (!(target instanceof Subject)) {
      await target.end();
      continue;
    }
    const load = await Load.start(
      { port: target.port, exporters: 1, templates: 1, messages: 8192, customers: leases, segments },
      pinnedTo(0),
    );
    await load.sendTemplates();
    const highest = await highestLossFree(target, load, startRate, seconds);
    const perSecond = (highest?.sentPerSecond ?? startRate) / 2;
    const result = await soak(target, load, perSecond, length);
    const recordsPerSecond = Math.round(perSecond * recordsAMessage);
    console.log(
      JSON.stringify({ bench: "receive/soak", collector: name, work, recordsPerSecond, ...result }),
    );
    await load.end();
    await target.end();
  }
}
