import { networkWord } from "@ishizue/wire";

/** Buckets that source addresses are hashed into. */
export const bucketCount = 256;
/** Most workers that buckets can be given to. */
export const maxWorkers = 16;

/** 2^32 divided by the golden ratio (Knuth, TAOCP 6.4): neighbours land far apart. */
export const bucketFactor = 0x9e3779b1;

/**
 * The bucket, 0 to 255, of the address in the four words at `at` (network
 * order, IPv4 mapped). The kernel computes the same with `steeringProgram`.
 */
export function bucketOf(words: Uint32Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < 4; word++) hash = Math.imul(hash, bucketFactor) ^ networkWord(words[at + word]);
  return Math.imul(hash, bucketFactor) >>> 24;
}

/** The worker of each bucket where nobody said otherwise: even shares, each in one run of buckets. */
export function evenBuckets(workers: number): Uint8Array {
  return Uint8Array.from({ length: bucketCount }, (_, bucket) =>
    Math.floor((bucket * workers) / bucketCount),
  );
}
