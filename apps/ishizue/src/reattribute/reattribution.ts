import {
  lateLeases,
  type Reattribution as Run,
  reattribute,
  type RevisionTotals,
  type Store,
} from "@ishizue/store";
import { setTimeout as pause } from "node:timers/promises";
import { isFault } from "../fault/fault.ts";
import type { ReattributionSnapshot } from "../status/snapshot.ts";
import type { LedgerAttributor } from "./attributor.ts";

/** How often it is asked whether something came late. */
const defaultLookMs = 15_000;
/** Pause between two runs at the least. */
const leastPauseMs = 60_000;
/** How long a query under way is waited for; past it, it fails as the store is closed. */
const stopPatienceMs = 10_000;
/** A run works half of the time at the most: accounting and the receiving threads' blocks go first. */
const shareOfTime = 0.5;

export interface ReattributionOptions {
  readonly store: Store;
  readonly dataDir: string;
  readonly attributor: LedgerAttributor;
  /** 0: off. */
  readonly graceMs: number;
  /** Why it is off. */
  readonly why: string | null;
  readonly intervalMs: number;
  readonly sinceMs: number;
  readonly lookMs?: number;
  /** Whether the store takes what is durable: nothing is begun while it does not. */
  readonly isReady: () => boolean;
}

/**
 * Attributes records anew by what the ledger learned late, while the collector runs: every `intervalMs`, and within two
 * minutes when leases came that are of the past. A run that fails is gone on with by the next.
 */
export class Reattribution {
  readonly #options: ReattributionOptions;
  readonly #ending = new AbortController();
  readonly #totals: RevisionTotals = {
    records: 0,
    gainedOctets: 0,
    lostOctets: 0,
    movedOctets: 0,
    filledOctets: 0,
  };
  #loop: Promise<void> | null = null;
  #state: ReattributionSnapshot["state"] = "waiting";
  #runs = 0;
  #revision = 0;
  #lastMs: number | null = null;
  #failures = 0;
  #lastFailure = "";

  constructor(options: ReattributionOptions) {
    this.#options = options;
    if (options.graceMs === 0) this.#state = "off";
  }

  start(): void {
    if (this.#state !== "off") this.#loop ??= this.#run();
  }

  /** Ends soon, a run amid its work too: what it has not done is the next one's. */
  async stop(): Promise<void> {
    this.#ending.abort(new Error("the collector ends"));
    await Promise.race([this.#loop, pause(stopPatienceMs, undefined, { ref: false })]);
  }

  snapshot(): ReattributionSnapshot {
    return {
      state: this.#state,
      why: this.#options.why,
      graceSeconds: this.#options.graceMs / 1000,
      runs: this.#runs,
      revision: this.#revision,
      lastMs: this.#lastMs,
      ...this.#totals,
      failures: this.#failures,
      lastFailure: this.#lastFailure,
    };
  }

  async #run(): Promise<void> {
    const { lookMs = defaultLookMs } = this.#options;
    let endedMs = -Infinity;
    let reachedMs = 0;
    while (!this.#ending.signal.aborted) {
      await pause(lookMs, undefined, { ref: false, signal: this.#ending.signal }).catch(() => {});
      if (this.#ending.signal.aborted || !this.#options.isReady()) continue;
      const sinceMs = performance.now() - endedMs;
      if (sinceMs < Math.min(leastPauseMs, this.#options.intervalMs)) continue;
      if (sinceMs < this.#options.intervalMs && !(await this.#cameLate(reachedMs))) continue;
      const run = await this.#once();
      reachedMs = run?.window.toMs ?? reachedMs;
      endedMs = performance.now();
    }
  }

  /** What cannot be asked now is asked again. */
  async #cameLate(reachedMs: number): Promise<boolean> {
    return lateLeases(this.#options.store, reachedMs).catch(() => false);
  }

  async #once(): Promise<Run | null> {
    const { store, dataDir, attributor, graceMs, sinceMs } = this.#options;
    const { signal } = this.#ending;
    this.#state = "running";
    try {
      const { reattribution } = await reattribute(store, {
        dataDir,
        attributor,
        startedBy: "collector",
        graceMs,
        sinceMs,
        signal,
        pace: (workedMs) => pause(workedMs * (1 / shareOfTime - 1)),
      });
      this.#state = "waiting";
      this.#lastFailure = "";
      this.#count(reattribution);
      return reattribution;
    } catch (error) {
      this.#state = "waiting";
      // One by hand goes on: that is none of ours.
      if (signal.aborted || (isFault(error) && error.code === "STORE_REATTRIBUTION_RUNNING")) return null;
      this.#failures++;
      this.#lastFailure = error instanceof Error ? error.message : String(error);
      return null;
    }
  }

  #count(run: Run | null): void {
    this.#runs++;
    this.#lastMs = Date.now();
    if (run === null) return;
    this.#revision = run.revision;
    for (const name of Object.keys(this.#totals) as (keyof RevisionTotals)[]) {
      this.#totals[name] += run[name];
    }
  }
}
