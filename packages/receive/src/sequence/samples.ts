import type { DecodeOutcome } from "@ishizue/wire";
import { newSampleTotals, SampleSource, type SampleTotals } from "./sample-source.ts";
import { isRecord, listOf, type SampleSourceState, type SampleState, wholeOr } from "./state.ts";
import { windowMs } from "./stream.ts";

/** sample_type of the specification: enterprise 0. */
const flowSample = 1;
const countersSample = 2;
const expandedFlowSample = 3;
const expandedCountersSample = 4;
const header = 8;
/** Agents and sub-agents behind one address. */
const maxAgents = 256;

/** What the sample sequences tell beside the datagrams'. */
export type SampleSummary = Readonly<SampleTotals> & {
  /** Data sources tracked, those of flow and of counter samples by themselves. */
  readonly sources: number;
  /** Packets for each sample that was really made; null before two samples of one source. */
  readonly effectiveInterval: number | null;
};

type Agent = {
  readonly words: Uint32Array;
  readonly subAgent: number;
  readonly sources: Map<number, SampleSource>;
};

/**
 * The sample sequences of one sFlow exporter: by agent, sub-agent, kind and
 * data source. They tell what datagrams cannot: how many samples a lost
 * datagram took along, what the agent dropped before it made a datagram, and
 * how often it really samples.
 *
 * Bounded by `limits.samples` data sources; samples of more are counted in
 * `untracked`.
 */
export class SampleTracker {
  readonly totals: SampleTotals = newSampleTotals();
  readonly #limit: number;
  readonly #agents: Agent[] = [];
  #last: Agent | undefined = undefined;
  #count = 0;
  #expiredMs = 0;

  constructor(limits: { samples?: number } = {}) {
    this.#limit = limits.samples ?? 4096;
  }

  /** null before the first sample. */
  summary(): SampleSummary | null {
    const { totals } = this;
    if (this.#count === 0 && totals.untracked === 0) return null;
    const effectiveInterval = totals.pooledSamples === 0 ? null : totals.samplePool / totals.pooledSamples;
    return { ...totals, sources: this.#count, effectiveInterval };
  }

  /**
   * Takes the samples of an sFlow datagram, the `length` octets of `view` at
   * `offset`, in order of arrival. `outcome`: what its decoder told.
   * `restarted`: its sequence began anew, and so do its samples'. Anything that
   * ends early is read up to there.
   */
  take(
    outcome: Pick<DecodeOutcome, "observationDomainId" | "agentAddress">,
    view: DataView,
    offset: number,
    length: number,
    restarted: boolean,
  ): void {
    const end = offset + length;
    const fixed = length >= 8 && view.getUint32(offset + 4) === 2 ? 40 : 28;
    if (length < fixed) return;
    const agent = this.#agent(outcome.agentAddress, outcome.observationDomainId);
    if (agent === null) {
      this.totals.untracked += Math.min(view.getUint32(offset + fixed - 4), Math.floor(length / header));
      return;
    }
    if (restarted) this.#forget(agent);
    let at = offset + fixed;
    for (let left = view.getUint32(at - 4); left > 0 && end - at >= header; left--) {
      const format = view.getUint32(at);
      const sampleLength = view.getUint32(at + 4);
      at += header;
      if (sampleLength > end - at) return;
      this.#takeSample(agent, view, at, sampleLength, format);
      at += sampleLength;
    }
  }

  /** Gives up what has waited since the last call that was `windowMs` ago. */
  expire(nowMs: number): void {
    if (nowMs - this.#expiredMs <= windowMs) return;
    this.#expiredMs = nowMs;
    for (const { sources } of this.#agents) for (const source of sources.values()) source.expire(this.totals);
  }

  /** Gives up what still waits. */
  settle(): void {
    for (const { sources } of this.#agents) for (const source of sources.values()) source.settle(this.totals);
  }

  state(): SampleState | null {
    if (this.#count === 0) return null;
    const sources: SampleSourceState[] = [];
    for (const agent of this.#agents) {
      for (const [key, source] of agent.sources) {
        sources.push({ agentAddress: [...agent.words], subAgent: agent.subAgent, key, at: source.state() });
      }
    }
    return { sources, totals: { ...this.totals } };
  }

  /** Goes on where another left off, in place of what this one knew; what is no state is passed over. */
  restore(state: unknown): void {
    this.#agents.length = 0;
    this.#last = undefined;
    this.#count = 0;
    Object.assign(this.totals, newSampleTotals());
    if (!isRecord(state)) return;
    const totals = isRecord(state["totals"]) ? state["totals"] : {};
    for (const name of Object.keys(this.totals) as (keyof SampleTotals)[]) {
      this.totals[name] = wholeOr(totals[name], 0);
    }
    for (const item of listOf(state, "sources")) {
      if (!isRecord(item)) continue;
      const words = Uint32Array.from({ length: 4 }, (_, word) =>
        wholeOr(listOf(item, "agentAddress")[word], 0),
      );
      const key = wholeOr(item["key"], 0);
      const agent = this.#agent(words, wholeOr(item["subAgent"], 0));
      const source = agent === null ? null : this.#source(agent, key);
      source?.restore(Array.from({ length: 4 }, (_, index) => wholeOr(listOf(item, "at")[index], 0) >>> 0));
    }
  }

  #takeSample(agent: Agent, view: DataView, at: number, length: number, format: number): void {
    const expanded = format === expandedFlowSample || format === expandedCountersSample;
    const counters = format === countersSample || format === expandedCountersSample;
    if (!expanded && !counters && format !== flowSample) return;
    // Sequence and source, then of a flow sample the rate, the pool and the drops.
    const source = expanded ? 12 : 8;
    if (length < (counters ? source : source + 12)) return;
    const word = view.getUint32(at + 4);
    const type = expanded ? word & 0xff : word >>> 24;
    const index = expanded ? view.getUint32(at + 8) : word & 0xff_ffff;
    const key = ((counters ? 256 : 0) + type) * 4_294_967_296 + index;
    const known = this.#source(agent, key);
    if (known === null) {
      this.totals.untracked++;
      return;
    }
    const pool = counters ? 0 : view.getUint32(at + source + 4);
    const drops = counters ? 0 : view.getUint32(at + source + 8);
    known.take(view.getUint32(at), pool, drops, this.totals);
  }

  #source(agent: Agent, key: number): SampleSource | null {
    const known = agent.sources.get(key);
    if (known !== undefined) return known;
    if (this.#count >= this.#limit) return null;
    const source = new SampleSource(key >= 256 * 4_294_967_296);
    agent.sources.set(key, source);
    this.#count++;
    return source;
  }

  #agent(words: Uint32Array, subAgent: number): Agent | null {
    if (this.#last !== undefined && isAgent(this.#last, words, subAgent)) return this.#last;
    let agent = this.#agents.find((known) => isAgent(known, words, subAgent));
    if (agent === undefined) {
      if (this.#agents.length >= maxAgents) return null;
      agent = { words: words.slice(), subAgent, sources: new Map() };
      this.#agents.push(agent);
    }
    this.#last = agent;
    return agent;
  }

  #forget(agent: Agent): void {
    for (const source of agent.sources.values()) source.settle(this.totals);
    this.#count -= agent.sources.size;
    agent.sources.clear();
  }
}

function isAgent(agent: Agent, words: Uint32Array, subAgent: number): boolean {
  const own = agent.words;
  return (
    agent.subAgent === subAgent &&
    own[0] === words[0] &&
    own[1] === words[1] &&
    own[2] === words[2] &&
    own[3] === words[3]
  );
}
