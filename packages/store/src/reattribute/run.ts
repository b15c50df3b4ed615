import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { acquireLock } from "../embedded/lock.ts";
import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { queryBlocks } from "../query/blocks.ts";
import type { NativeBlock } from "../query/native-block.ts";
import { parseSpoolName } from "../spool/file.ts";
import { SpoolWriter } from "../spool/writer.ts";
import { type Changes, emptyChanges, findChanges, type LeaseWindow } from "./changes.ts";
import { columnOf } from "./columns.ts";
import { type Attributor, forEachChanged, storedRecords } from "./credit.ts";
import { endRevision, reached, type Reattribution } from "./record.ts";
import { RevisedRows } from "./revised-rows.ts";
import { planSlices, type Reach, type Slice, sliceQuery } from "./slices.ts";
import { count, noTotals, type RevisionTotals } from "./totals.ts";

export type ReattributeOptions = {
  /** Folder of the store, the spool and the lock. */
  dataDir: string;
  attributor: Attributor;
  startedBy: "collector" | "command";
  /** Records that came in longer ago are final. */
  graceMs: number;
  /** Every record that ended in [from, to) is looked at, however long ago it came in; else those that the leases learned since the last run are about. */
  span?: { fromMs: number; toMs: number };
  /** Records that came in before are of another privacy key. Default 0. */
  sinceMs?: number;
  /** Only says what would change. */
  dryRun?: boolean;
  /** Rows of one block of `flow_revisions`, two a record. Default 32,768. */
  blockRows?: number;
  /** Called after each block of records: a run in the background gives way here. */
  pace?: (workedMs: number) => Promise<void>;
  /** Ends the run soon after it is aborted, with its reason; the next one goes on with it. */
  signal?: AbortSignal;
};

export type ReattributeOutcome = {
  /** Records that were looked at. */
  examined: number;
  totals: RevisionTotals;
  /** Hours in which records ended that changed, milliseconds since the epoch, ascending. */
  hours: number[];
  /** null: of a dry run, or where nothing had been learned. */
  reattribution: Reattribution | null;
};

const defaultBlockRows = 32_768;
/** Records that are written down without a pause: accounting does not wait long. */
const recordsAtOnce = 2000;
/** A lease's row, or a record, may be seen this much later than it says that it came in. */
const overlapMs = 600_000;
/** How long blocks of a run that was cut off may take into the table. */
const patienceMs = 120_000;
const hourMs = 3_600_000;

/**
 * Attributes records of `flows` anew by what the ledger knows now, and corrects the rollups.
 *
 * What is to be done is the difference between what the store says now and what the ledger says: a run that is cut off,
 * whenever, is gone on with by the next. Every change is a block of the spool before it is in a table, so it is there
 * once; a run begins when all blocks of earlier ones are in. One run at a time in a data folder.
 *
 * Outcomes: what changed; STORE_REATTRIBUTION_RUNNING; faults of the store and the disk.
 */
export async function reattribute(store: Store, options: ReattributeOptions): Promise<ReattributeOutcome> {
  mkdirSync(options.dataDir, { recursive: true });
  const lock = acquireLock(options.dataDir, "reattribute.lock");
  if (lock.status === "taken") {
    throw new StoreError(
      "STORE_REATTRIBUTION_RUNNING",
      `process ${lock.pid} is re-attributing records of ${options.dataDir}`,
      "wait until it has ended, and run it again",
    );
  }
  try {
    const dir = store.spoolDir ?? join(options.dataDir, "spool");
    const spool = await SpoolWriter.open({ store, dir });
    try {
      await settled(spool, dir);
      return await new Run(store, spool, options).run();
    } finally {
      await spool.close();
    }
  } finally {
    lock.release();
  }
}

/** Resolves when what earlier runs made durable is in the tables, whoever takes it there. */
async function settled(spool: SpoolWriter, dir: string): Promise<void> {
  await spool.drain();
  const startMs = performance.now();
  for (;;) {
    const names = await readdir(dir);
    if (!names.some((name) => parseSpoolName(name)?.table === "flow_revisions")) return;
    if (performance.now() - startMs > patienceMs) {
      throw new StoreError(
        "STORE_SPOOL_IN_USE",
        `blocks of an earlier re-attribution in ${dir} do not get into their table`,
        "see why the store does not take them (`ishizue status`), then run it again",
      );
    }
    await pause(100);
  }
}

class Run {
  readonly #store: Store;
  readonly #spool: SpoolWriter;
  readonly #options: ReattributeOptions;
  readonly #totals = noTotals();
  readonly #hours = new Set<number>();
  #examined = 0;
  #rows: RevisedRows | undefined;

  constructor(store: Store, spool: SpoolWriter, options: ReattributeOptions) {
    this.#store = store;
    this.#spool = spool;
    this.#options = options;
  }

  async run(): Promise<ReattributeOutcome> {
    const { attributor, span, graceMs, startedBy, dryRun = false } = this.#options;
    const store = this.#store;
    const last = await reached(store);
    const begunMs = await now(store);
    const window =
      span === undefined ? await this.#window(last.toMs, begunMs) : { fromMs: last.toMs, toMs: last.toMs };
    await attributor.refresh();
    const changes = await findChanges(store, window);
    const reach: Reach = {
      fromMs: span?.fromMs ?? firstChange(changes),
      toMs: span?.toMs ?? Number.MAX_SAFE_INTEGER,
      insertedFromMs: Math.max(this.#options.sinceMs ?? 0, span === undefined ? begunMs - graceMs : 0),
    };
    const revision = last.revision + 1;
    await this.#all(revision, reach, span === undefined ? changes : { ...changes, all: true });
    await emptyChanges(store);
    const outcome = {
      examined: this.#examined,
      totals: this.#totals,
      hours: [...this.#hours].sort((a, b) => a - b),
      reattribution: null,
    };
    if (dryRun) return outcome;
    await this.#flush();
    await this.#spool.drain();
    const learned = changes.leases + changes.newLines > 0;
    if (!learned && span === undefined && !(await hasRows(store, revision))) return outcome;
    const { leases } = changes;
    const run = { id: randomUUID(), startedBy, begunMs, window, leases };
    return { ...outcome, reattribution: await endRevision(store, revision, run) };
  }

  /**
   * What was learned since the last run; and what was learned since the first of the records that came in since then was
   * received, as a record that waited long in a spool may have been attributed before.
   */
  async #window(reachedMs: number, nowMs: number): Promise<LeaseWindow> {
    const cutMs = Math.max(0, reachedMs - overlapMs);
    const store = this.#store;
    const [{ records, received }] = await store.query<{ records: number; received: number }>(
      `SELECT toFloat64(count()) AS records, toFloat64(toUnixTimestamp64Milli(min(f.received))) AS received FROM flows AS f
       WHERE f.inserted >= fromUnixTimestamp64Milli({cutMs:Int64}, 'UTC')${store.cluster === undefined ? changedPartitions : ""}`,
      { cutMs },
    );
    const fromMs = records === 0 ? cutMs : Math.min(cutMs, received - overlapMs);
    return { fromMs: Math.max(0, fromMs), toMs: nowMs };
  }

  async #all(revision: number, reach: Reach, changes: Changes): Promise<void> {
    const [{ revised }] = await this.#store.query<{ revised: number }>(
      "SELECT toFloat64(count()) AS revised FROM flow_revisions",
    );
    for await (const slice of planSlices(this.#store, reach, changes)) {
      await this.#slice(slice, reach, changes, revision, revised > 0);
    }
  }

  async #slice(
    slice: Slice,
    reach: Reach,
    changes: Changes,
    revision: number,
    revised: boolean,
  ): Promise<void> {
    const { signal, pace } = this.#options;
    const { sql, params } = sliceQuery(slice, reach, changes, revised);
    for await (const block of queryBlocks(this.#store, sql, params)) {
      signal?.throwIfAborted();
      const startMs = performance.now();
      this.#examined += block.rows;
      if (block.rows > 0) await this.#block(block, revision);
      await (pace?.(performance.now() - startMs) ?? turn());
    }
  }

  async #block(block: NativeBlock, revision: number): Promise<void> {
    const { attributor } = this.#options;
    const copies = columnOf(block, "copies", "words").values;
    const ends = columnOf(block, "flow_end", "numbers").values;
    const changed: Parameters<Parameters<typeof forEachChanged>[3]>[] = [];
    forEachChanged(block, attributor.holders(storedRecords(block)), attributor.lines, (row, credit) =>
      changed.push([row, credit]),
    );
    for (const [at, [row, credit]] of changed.entries()) {
      if (at % recordsAtOnce === recordsAtOnce - 1) await turn();
      count(this.#totals, block, row, credit, copies[row]);
      this.#hours.add(Math.floor(ends[row] / hourMs) * hourMs);
      if (this.#options.dryRun === true) continue;
      for (let copy = 0; copy < copies[row]; copy++) {
        this.#rows ??= new RevisedRows(this.#options.blockRows ?? defaultBlockRows);
        this.#rows.add(block, row, revision, credit);
        if (this.#rows.isFull) await this.#flush();
      }
    }
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = undefined;
    if (rows === undefined) return;
    await this.#spool.write("flow_revisions", rows.encode());
    await this.#spool.room();
  }
}

function firstChange({ all, newLines, changedFromMs }: Changes): number {
  return all || newLines > 0 ? 0 : changedFromMs;
}

/** Where rows came in: the column `inserted` of all others need not be read. */
const changedPartitions = ` AND f._partition_id IN (
  SELECT p.partition_id FROM system.parts AS p WHERE p.database = currentDatabase() AND p.table = 'flows' AND p.active
    AND p.modification_time >= fromUnixTimestamp64Milli({cutMs:Int64}, 'UTC'))`;

async function now(store: Store): Promise<number> {
  const [{ ms }] = await store.query<{ ms: number }>(
    "SELECT toFloat64(toUnixTimestamp64Milli(now64(3))) AS ms",
  );
  return ms;
}

async function hasRows(store: Store, revision: number): Promise<boolean> {
  const rows = await store.query(
    "SELECT 1 AS one FROM flow_revisions AS f WHERE f.revision = {revision:UInt32} LIMIT 1",
    {
      revision,
    },
  );
  return rows.length > 0;
}
