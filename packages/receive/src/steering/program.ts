import { BpfProgram } from "../ffi/bpf.ts";
import { bucketCount, bucketFactor } from "./bucket.ts";

/**
 * A classic BPF program that gives the worker of a packet's source address:
 * `bucketOf`, then `workerOfBucket` by binary search over its runs.
 *
 * `networkHeader` is the offset of the IP header: SKF_NET_OFF in a
 * SO_REUSEPORT group, 0 in a fanout group.
 * Shape: `workerOfBucket` has 256 entries. At most 1,000 instructions.
 */
export function steeringProgram(workerOfBucket: Uint8Array, networkHeader: number): BpfProgram {
  const program = new BpfProgram();
  program.load(1, networkHeader).compute("rsh", 4).jumpIf("equal", 4, "ipv4");
  // The four words one after the other, as bucketOf folds them.
  program.load(4, networkHeader + 8);
  for (let word = 1; word < 4; word++) {
    program
      .compute("mul", bucketFactor)
      .moveToX()
      .load(4, networkHeader + 8 + 4 * word)
      .computeX("xor");
  }
  program.jump("fold").label("ipv4");
  // Mapped: the first two words are zero and the third is 0xffff.
  program.load(4, networkHeader + 12).compute("xor", Math.imul(0xffff, bucketFactor));
  program.label("fold").compute("mul", bucketFactor).compute("rsh", 24);
  search(program, runsOf(workerOfBucket));
  return program;
}

type Run = { first: number; worker: number };

function runsOf(workerOfBucket: Uint8Array): Run[] {
  const runs: Run[] = [];
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const worker = workerOfBucket[bucket];
    if (runs.at(-1)?.worker !== worker) runs.push({ first: bucket, worker });
  }
  return runs;
}

function search(program: BpfProgram, runs: readonly Run[]): void {
  if (runs.length === 1) {
    program.return(runs[0].worker);
    return;
  }
  const middle = runs.length >> 1;
  const upper = `from ${runs[middle].first}`;
  program.jumpIf("atLeast", runs[middle].first, upper);
  search(program, runs.slice(0, middle));
  program.label(upper);
  search(program, runs.slice(middle));
}
