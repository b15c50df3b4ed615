import type { LoadResult } from "./load.ts";
import type { Load, Progress, Target } from "./target.ts";

export type Trial = {
  /** Datagrams a second that were really sent. */
  sentPerSecond: number;
  sent: number;
  lost: number;
  /** CPU seconds a datagram. */
  cpuADatagram: number;
};

/** Sends at a rate for some seconds, and looks what became of it. */
export async function attempt(
  target: Target,
  load: Load,
  perSecond: number,
  seconds: number,
): Promise<Trial> {
  const before = await target.progress();
  const sent: LoadResult = await load.send({ datagrams: Math.ceil(perSecond * seconds), perSecond });
  const after = await settled(target, before, sent.datagrams);
  const dropped = after.dropped - before.dropped;
  const taken = after.taken === null ? sent.datagrams - dropped : after.taken - (before.taken ?? 0);
  return {
    sentPerSecond: sent.datagrams / sent.seconds,
    sent: sent.datagrams,
    lost: Math.max(dropped, sent.datagrams - taken),
    cpuADatagram: (after.cpuSeconds - before.cpuSeconds) / Math.max(1, taken),
  };
}

/** Progress once nothing more comes. */
async function settled(target: Target, before: Progress, sent: number): Promise<Progress> {
  let last = await target.progress();
  for (let wait = 0; wait < 40; wait++) {
    const whole =
      last.taken !== null && last.taken - (before.taken ?? 0) + last.dropped - before.dropped >= sent;
    await new Promise((done) => setTimeout(done, 100));
    const now = await target.progress();
    if (whole || (now.taken === last.taken && now.cpuSeconds - last.cpuSeconds < 0.02)) return now;
    last = now;
  }
  return last;
}

export type Highest = Trial & {
  /** The load generator went no faster: the collector may. */
  limitedByLoad: boolean;
};

/**
 * The highest rate without a lost datagram: upwards by a quarter until one is
 * lost (twice, so that a hiccup of the machine is not taken for the limit), then
 * halving what lies between.
 */
export async function highestLossFree(
  target: Target,
  load: Load,
  start: number,
  seconds: number,
): Promise<Highest | undefined> {
  let best: Trial | undefined;
  let tooFast = Infinity;
  for (let rate = start; tooFast === Infinity; rate *= 1.25) {
    const trial = await lossFree(target, load, rate, seconds);
    if (trial === undefined) tooFast = rate;
    else {
      best = trial;
      if (trial.sentPerSecond < 0.97 * rate) return { ...trial, limitedByLoad: true };
    }
  }
  let low = best === undefined ? 0 : tooFast / 1.25;
  for (let step = 0; step < (best === undefined ? 6 : 3); step++) {
    const rate = (low + tooFast) / 2;
    const trial = await lossFree(target, load, rate, seconds);
    if (trial === undefined) tooFast = rate;
    else {
      best = trial;
      low = rate;
    }
  }
  return best === undefined ? undefined : { ...best, limitedByLoad: false };
}

async function lossFree(
  target: Target,
  load: Load,
  rate: number,
  seconds: number,
): Promise<Trial | undefined> {
  for (let attempts = 0; attempts < 2; attempts++) {
    const trial = await attempt(target, load, rate, seconds);
    if (trial.lost === 0) return trial;
  }
  return undefined;
}

export type Spread = { median: number; least: number; most: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], least: sorted[0], most: sorted[sorted.length - 1] };
}
