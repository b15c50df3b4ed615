import { resolveSamplingInterval, SamplingTable, variesByInterface } from "../sampling/table.ts";
import { NameTables } from "../names/table.ts";
import type { DecoderLimits } from "../exporter/limits.ts";
import type { TemplateStore } from "./store.ts";
import type { Template } from "./template.ts";

/** Stamps given out; they never come back. */
let stamps = 0;
let serials = 0;

/** What one observation domain (v9: source id) of an exporter has taught us. */
export class ObservationDomain {
  // What every set asks for comes first.
  readonly id: number;
  readonly netflow9: boolean;
  /** Tells domains apart; small numbers one after the other. */
  readonly serial = serials++ & 0xffff;
  /** Another number after every change of the domain's templates, never 0 and never that of another domain. */
  stamp = nextStamp();
  /** The exporter's store has let go of it. */
  dropped = false;
  // What was resolved from options data, for records that name this sampler.
  #resolved = false;
  #resolvedSampler = 0;
  #interval = 0;
  #variesByInterface = false;
  #startKnown = false;

  readonly #store: TemplateStore;
  readonly #templates = new Map<number, Template>();
  readonly sampling = new SamplingTable();
  /** Names of interfaces, applications, VRFs and samplers, from options data. */
  readonly names: NameTables;
  #systemInitTimeMs = 0;

  constructor(id: number, netflow9: boolean, store: TemplateStore) {
    this.id = id;
    this.netflow9 = netflow9;
    this.#store = store;
    this.names = new NameTables(store.nameUse);
  }

  /** Templates and options templates by id. */
  get templates(): ReadonlyMap<number, Template> {
    return this.#templates;
  }

  /** When the exporter started, from options data (IE 160), milliseconds since the Unix epoch; 0 = not told. */
  get systemInitTimeMs(): number {
    return this.#systemInitTimeMs;
  }

  set systemInitTimeMs(timeMs: number) {
    if (timeMs === this.#systemInitTimeMs) return;
    this.#systemInitTimeMs = timeMs;
    this.samplingChanged();
  }

  /**
   * Takes N of a sampler or interface into `table`, one of `sampling`'s. Outcomes: false where the limits leave no room
   * for another; to be followed by `samplingChanged` where true.
   */
  rememberInterval(
    table: Map<number, number>,
    key: number,
    interval: number,
    limits: DecoderLimits,
  ): boolean {
    if (!table.has(key) && (table.size >= limits.samplers || !this.#store.takeSampler(limits))) return false;
    table.set(key, interval);
    return true;
  }

  /** To be called after every change of `sampling`. */
  samplingChanged(): void {
    if (this.id === 0) this.#store.resolveAgain();
    this.#resolved = false;
  }

  /** For the template store alone. */
  resolveAgain(): void {
    this.#resolved = false;
  }

  /** N from options data of records that name `samplerId` (0: none), where `variesByInterface` is false; 0 = unknown. */
  samplingInterval(samplerId: number): number {
    const sampler = samplerId | 0;
    if (!this.#resolved || this.#resolvedSampler !== sampler) this.#resolve(samplerId);
    return this.#interval;
  }

  /** Whether records have different intervals although they name no sampler; as of the last `samplingInterval`. */
  get variesByInterface(): boolean {
    return this.#variesByInterface;
  }

  /** The start of this domain or else of domain 0, NaN where neither told it; as of the last `samplingInterval`. */
  get startMs(): number {
    if (!this.#startKnown) return NaN;
    return this.#systemInitTimeMs || (this.#store.domain(this.netflow9, 0)?.systemInitTimeMs ?? NaN);
  }

  #resolve(samplerId: number): void {
    const zero = this.#store.domain(this.netflow9, 0);
    this.#interval = resolveSamplingInterval(this, zero, samplerId, 0);
    this.#variesByInterface = variesByInterface(this, zero);
    this.#startKnown = this.#systemInitTimeMs !== 0 || (zero?.systemInitTimeMs ?? 0) !== 0;
    this.#resolvedSampler = samplerId | 0;
    this.#resolved = true;
    this.#store.resolved = true;
  }

  /** For the template store alone, which counts what it keeps. */
  keep(template: Template): void {
    this.#templates.set(template.id, template);
    this.stamp = nextStamp();
  }

  /** For the template store alone. */
  drop(template: Template): void {
    this.#templates.delete(template.id);
    this.stamp = nextStamp();
  }
}

function nextStamp(): number {
  stamps = (stamps + 1) & 0x7fff_ffff;
  return stamps === 0 ? nextStamp() : stamps;
}
