/** What steering owes, for the kinds that have several workers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddress } from "@ishizue/wire";
import { steer } from "../socket/plan.ts";
import type { ReceiverKind } from "../socket/receiver.ts";
import { bucketOf, evenBuckets } from "../steering/bucket.ts";
import { sendFrom } from "./contract.ts";
import { Receiving, type ReceivingOptions } from "./receiving.ts";

export function workerOf(workerOfBucket: Uint8Array, address: string): number {
  const words = new Uint32Array(4);
  assert.ok(parseAddress(address, words, 0));
  return workerOfBucket[bucketOf(words, 0)];
}

/** Sends a datagram from each source to each port, and checks that each came to its worker. */
export async function checkSteering(
  options: ReceivingOptions,
  to: string,
  sources: readonly string[],
  send: typeof sendFrom = sendFrom,
): Promise<void> {
  const receiving = await Receiving.start(options);
  const workers = receiving.plan.workers;
  const tables = [
    evenBuckets(workers),
    Uint8Array.from({ length: 256 }, (_, bucket) => (bucket + 1) % workers),
    new Uint8Array(256).fill(workers - 1),
  ];
  let expected = 0;
  for (const [turn, table] of tables.entries()) {
    if (turn > 0) steer(receiving.plan, table);
    for (const port of receiving.ports) {
      for (const source of sources) await send(source, to, port, [Buffer.from(`turn ${turn}`)]);
    }
    expected += sources.length * receiving.ports.length;
    await receiving.until(({ datagrams }) => datagrams === expected);
    for (const [worker, taken] of receiving.taken.entries()) {
      for (const { text, source } of taken.splice(0)) {
        assert.deepEqual([text, worker], [`turn ${turn}`, workerOf(table, source)], source);
      }
    }
  }
  await receiving.close();
}

/** Registers the tests of one kind. */
export function steeringContract(kind: ReceiverKind): void {
  test(`${kind}: each source comes to the worker of its bucket, also after buckets moved`, async () => {
    const sources = Array.from({ length: 48 }, (_, index) => `127.0.${index & 3}.${index + 1}`);
    await checkSteering({ kind, ports: [0, 0], workers: 3 }, "127.0.0.1", sources);
  });

  test(`${kind}: sixteen workers`, async () => {
    const sources = Array.from({ length: 64 }, (_, index) => `127.3.1.${index + 1}`);
    await checkSteering(
      { kind, host: "127.0.0.1", ports: [0], workers: 16, receiveBufferBytes: 1_048_576 },
      "127.0.0.1",
      sources,
    );
  });

  test(`${kind}: a table of another length or of workers that are not there is refused`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.1", ports: [0], workers: 2 });
    assert.throws(() => steer(receiving.plan, new Uint8Array(255)), RangeError);
    assert.throws(() => steer(receiving.plan, new Uint8Array(256).fill(2)), RangeError);
    await receiving.close();
  });
}
