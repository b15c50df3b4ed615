import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  exporterBins,
  LineKind,
  lineLeases,
  lineStates,
  portHours,
  writeRollupTruth,
  writeUsageTruth,
} from "@ishizue/simulator";
import type {
  BinSums,
  EdgeBin,
  QualityBin,
  RollupProvider,
  RollupTruth,
  RollupWeek,
} from "@ishizue/simulator";
import { encodeRows, hasWriters, migrate, SpoolWriter, type Store } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import type { Config } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { openPrivacy } from "../privacy/open.ts";
import type { Stages } from "../progress/stages.ts";
import { openConfiguredStore } from "../store/open.ts";
import { PortHourRows } from "./blocks.ts";
import { LineThreads } from "./line-threads.ts";

/** Rows of a block, about: what the engine takes in one part. */
const rowsPerBlock = 1_000_000;
/** Rows of a block of the small tables, which are an object a row on the way. */
const objectsPerBlock = 50_000;

export interface RollupRun {
  readonly provider: RollupProvider;
  readonly dataDir: string;
  readonly config: Config;
  readonly truthDir: string;
  readonly stages: Stages;
  /** Threads that make rows; one less than the processors, four at the most, unless given. */
  readonly threads?: number;
}

/** Rows written, by table. */
export type RollupCounts = Record<
  "lines" | "leases" | "line_hour" | "port_hour" | "edge_5m" | "quality_5m",
  number
>;

/** Stages that `writeRollups` shows for so many weeks. */
export function rollupStages(weeks: number): number {
  return weeks + 3;
}

/**
 * Writes a simulated provider into a store as rollups, with its lines and leases, and the truth beside.
 *
 * Errors: NOT_SIMULATED where the store holds other lines, WEEK_THERE where it has the week already,
 * CLEAR_LINES where it is pseudonymous, and the store's own.
 */
export async function writeRollups(run: RollupRun): Promise<RollupCounts> {
  const { provider, stages, dataDir, config } = run;
  if (config.privacy.profile === "pseudonymous") {
    throw new CommandFault(
      "CLEAR_LINES",
      "simulated rollups name their lines in clear",
      "choose a data folder whose privacy.profile is full or rollups-only (--data)",
    );
  }
  mkdirSync(dataDir, { recursive: true });
  const store = await openConfiguredStore(dataDir, config);
  const threads = run.threads ?? Math.min(4, Math.max(1, availableParallelism() - 1));
  const hours = Math.max(...provider.weeks.map((week) => week.hours.length));
  const workers = new LineThreads(threads, Math.max(1, Math.floor(rowsPerBlock / hours)));
  try {
    await migrate(store);
    await openPrivacy(store, config);
    for (const week of provider.weeks) await requireRoom(store, week.startMs, week.endMs, week.name);
    // Alone in the store, parts are merged when all of them are there, instead of over and over; a server may have other writers.
    const alone = config.store.url === undefined && !(await hasWriters(join(dataDir, "spool")));
    if (alone) await setMerges(store, "STOP");
    const spool = await SpoolWriter.open({ store, dir: join(dataDir, "spool") });
    try {
      const writer = new RollupWriter(run, spool);
      await writer.ledger();
      const truths: RollupTruth[] = [];
      for (let index = 0; index < provider.weeks.length; index++)
        truths.push(await writer.week(index, workers));
      stages.start("Filling the tables");
      await spool.drain();
      stages.start("Writing the truth");
      await writeRollupTruth(provider, truths, run.truthDir);
      stages.done();
      return writer.counts;
    } finally {
      await spool.close();
      if (alone) await setMerges(store, "START");
    }
  } finally {
    await workers.close();
    await store.close();
  }
}

async function setMerges(store: Store, what: "STOP" | "START"): Promise<void> {
  for (const table of ["line_hour", "port_hour"]) await store.command(`SYSTEM ${what} MERGES ${table}`);
}

async function requireRoom(store: Store, startMs: number, endMs: number, name: string): Promise<void> {
  const [{ others, hours }] = await store.query<{ others: number; hours: number }>(
    `SELECT (SELECT toFloat64(count()) FROM lines WHERE NOT has(tags, 'simulated')) AS others,
      (SELECT toFloat64(count()) FROM line_hour WHERE hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC')) AS hours`,
    { start: startMs / 1000, end: endMs / 1000 },
  );
  if (others > 0) {
    throw new CommandFault(
      "NOT_SIMULATED",
      "the store holds lines that are not simulated",
      "choose another data folder (--data): the simulated would count beside them",
    );
  }
  if (hours > 0) {
    throw new CommandFault(
      "WEEK_THERE",
      `the store has usage of ${name} already`,
      "choose another week or another data folder (--data): the same week twice would count twice",
    );
  }
}

/** Takes the rows of a provider to their tables. */
class RollupWriter {
  readonly counts: RollupCounts = {
    lines: 0,
    leases: 0,
    line_hour: 0,
    port_hour: 0,
    edge_5m: 0,
    quality_5m: 0,
  };
  readonly #provider: RollupProvider;
  readonly #spool: SpoolWriter;
  readonly #stages: Stages;
  readonly #truthDir: string;

  constructor({ provider, stages, truthDir }: RollupRun, spool: SpoolWriter) {
    this.#provider = provider;
    this.#spool = spool;
    this.#stages = stages;
    this.#truthDir = truthDir;
  }

  /** Lines and leases, each from when the line is there. */
  async ledger(): Promise<void> {
    this.#stages.start("Lines and leases");
    await this.#objects("lines", lineStates(this.#provider));
    await this.#objects("leases", lineLeases(this.#provider));
    this.#stages.done(`${this.counts.lines} lines`);
  }

  async week(index: number, workers: LineThreads): Promise<RollupTruth> {
    const provider = this.#provider;
    const { name, year } = provider.weeks[index];
    this.#stages.start(`Week ${name}, as of ${year.toFixed(2)}`);
    const prepared = provider.prepare(index);
    const whole = provider.lines.count * prepared.week.hours.length;
    const before = this.counts.line_hour;
    await workers.run(
      prepared.input,
      async (block, rows) => {
        await this.#spool.write("line_hour", block);
        this.counts.line_hour += rows;
        const done = this.counts.line_hour - before;
        this.#stages.update(Math.min(1, done / whole), `${millions(done)} line hours`);
        await this.#spool.room();
      },
      (packets, sampled) => prepared.sums.merge(packets, sampled),
    );
    const portOctets = new Float64Array(8 * provider.ports.port.length);
    await this.#ports(prepared, portOctets);
    const strayOctets = new Float64Array(8);
    const edges: Record<string, unknown>[] = [];
    const qualities: Record<string, unknown>[] = [];
    for (const hour of exporterBins(provider, prepared, strayOctets)) {
      edges.push(...hour.edges.map(edgeRow));
      qualities.push(...hour.qualities.map(qualityRow));
    }
    await this.#objects("edge_5m", edges);
    await this.#objects("quality_5m", qualities);
    this.#stages.done(
      `${prepared.activeLines} lines, ${millions(this.counts.line_hour - before)} line hours`,
    );
    await writeUsageTruth(provider, prepared, this.#truthDir);
    const { week, faults, sums, activeLines } = prepared;
    return { week, faults, sums, activeLines, portOctets, strayOctets };
  }

  async #ports(prepared: RollupWeek, truth: Float64Array): Promise<void> {
    const provider = this.#provider;
    const rows = new PortHourRows(rowsPerBlock / 4, provider.ports);
    const flush = async (): Promise<void> => {
      if (rows.rowCount === 0) return;
      await this.#spool.write("port_hour", rows.encode());
      this.counts.port_hour += rows.rowCount;
      rows.rowCount = 0;
    };
    for (const hour of portHours(provider, prepared, truth)) {
      if (rows.rowCount + hour.packets.length > rows.capacity) await flush();
      const interval = provider.exporters[hour.kind === LineKind.mobile ? 1 : 0].samplingInterval;
      rows.append(hour, prepared.week.hours[hour.hour].startMs / 1000, interval);
    }
    await flush();
  }

  async #objects(
    table: "lines" | "leases" | "edge_5m" | "quality_5m",
    rows: Iterable<Readonly<Record<string, unknown>>>,
  ): Promise<void> {
    let batch: Readonly<Record<string, unknown>>[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      await this.#spool.write(table, encodeRows(table, batch));
      await this.#spool.room();
      this.counts[table] += batch.length;
      batch = [];
    };
    for (const row of rows) {
      batch.push(row);
      if (batch.length >= objectsPerBlock) await flush();
    }
    await flush();
  }
}

function edgeRow({ exporter, interface: index, direction, binMs, sums }: EdgeBin): Record<string, unknown> {
  const n = exporter.samplingInterval;
  return {
    exporter: addressOf(exporter.address),
    role: exporter.role,
    interface: index,
    direction,
    bin: binMs,
    octets: n * sums.octets,
    packets: n * sums.packets,
    variance: varianceOf(n, sums),
    sampled_packets: sums.packets,
    sampled_octets: sums.octets,
  };
}

function qualityRow(seen: QualityBin): Record<string, unknown> {
  const n = seen.exporter.samplingInterval;
  return {
    exporter: addressOf(seen.exporter.address),
    bin: seen.binMs,
    messages: seen.messages,
    records: seen.records,
    lost: seen.lost,
    restarts: seen.restarts,
    attributed_octets: n * seen.attributed.octets,
    unattributed_no_lease_octets: n * seen.noLease.octets,
    unattributed_outside_octets: n * seen.outside.octets,
    attributed_variance: varianceOf(n, seen.attributed),
    unattributed_variance: varianceOf(n, seen.noLease) + varianceOf(n, seen.outside),
    skew_ms_sum: seen.messages * seen.exporter.clockSkewMs,
    skew_messages: seen.messages,
  };
}

function varianceOf(n: number, { squared }: BinSums): number {
  return n * (n - 1) * squared;
}

const addresses = new Map<string, Uint32Array>();

/** Four words, as the store's encoder takes them. */
function addressOf(text: string): Uint32Array {
  const known = addresses.get(text);
  if (known !== undefined) return known;
  const words = new Uint32Array(4);
  parseAddress(text, words, 0);
  addresses.set(text, words);
  return words;
}

function millions(count: number): string {
  return count < 1_000_000 ? String(count) : `${(count / 1_000_000).toFixed(1)} M`;
}
