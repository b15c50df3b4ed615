import type { Load, Subject } from "./target.ts";

export type Soak = {
  seconds: number;
  sent: number;
  lost: number;
  /** Resident octets when a tenth of the time was over, at the end, and at the most from then on. */
  residentEarly: number;
  residentLate: number;
  residentMost: number;
};

/** Sends at a rate for long, and looks whether the memory of the collector stays what it is. */
export async function soak(target: Subject, load: Load, perSecond: number, seconds: number): Promise<Soak> {
  const before = await target.counts();
  const samples: number[] = [];
  const sending = load.send({ datagrams: Math.ceil(perSecond * seconds), perSecond });
  const timer = setInterval(
    () => {
      void target.counts().then(({ residentBytes }) => samples.push(residentBytes));
    },
    (1000 * seconds) / 60,
  );
  const { datagrams } = await sending;
  clearInterval(timer);
  await new Promise((done) => setTimeout(done, 2000));
  const after = await target.counts();
  const later = samples.slice(6);
  return {
    seconds,
    sent: datagrams,
    lost: after.kernelDrops - before.kernelDrops,
    residentEarly: later[0] ?? after.residentBytes,
    residentLate: after.residentBytes,
    residentMost: Math.max(after.residentBytes, ...later),
  };
}
