/** Runs one receiver in a worker thread for the tests, and tells what it took. */
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import type { OnDatagram } from "../source/source.ts";
import { openReceiver } from "../socket/open.ts";
import type { ReceiverPlan } from "../socket/planned.ts";
import { enterNamespace } from "./namespace.ts";
import type { Ask, Taken, Told } from "./receiving.ts";

type ThreadData = { plan: ReceiverPlan; worker: number; namespace: string | null; keep: boolean };

const port = parentPort;
if (port === null) throw new Error("thread.ts runs in a worker");
const { plan, worker, namespace, keep } = workerData as ThreadData;
let taken: Taken[] = [];
let datagrams = 0;
let closed = false;
let late = 0;
let arrivalsInOrder = true;
let lastArrivalMs = 0;

const onDatagram: OnDatagram = (bytes, view, offset, length, source, arrivalMs, sourcePort, localPort) => {
  datagrams++;
  if (closed) late++;
  if (arrivalMs < lastArrivalMs) arrivalsInOrder = false;
  lastArrivalMs = arrivalMs;
  if (!keep) return;
  const payload = bytes.subarray(offset, offset + length);
  taken.push({
    text: Buffer.from(payload.subarray(0, 40)).toString("latin1"),
    length,
    digest: createHash("sha1").update(payload).digest("hex"),
    oneBuffer: view.buffer === bytes.buffer,
    source: source.address,
    sourcePort,
    localPort,
    delayMs: Date.now() - arrivalMs,
  });
};

if (namespace !== null) enterNamespace(namespace);
const receiver = await openReceiver(plan, worker, onDatagram);

async function answer(ask: Ask): Promise<Told> {
  if (ask.kind === "crash") {
    setImmediate(() => {
      throw new Error("crashed as asked");
    });
  }
  // Atomics.wait on a lock that nobody opens: the thread takes nothing meanwhile.
  if (ask.kind === "block") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ask.ms);
  if (ask.kind === "close") {
    await Promise.all([receiver.close(), receiver.close()]);
    closed = true;
    await new Promise((resolve) => setTimeout(resolve, 30));
    await receiver.close();
  }
  const told: Told = {
    ports: receiver.ports,
    kind: receiver.kind,
    stats: receiver.stats(),
    taken,
    datagrams,
    late,
    arrivalsInOrder,
  };
  taken = [];
  return told;
}

port.on("message", (ask: Ask) => {
  void answer(ask).then((told) => {
    port.postMessage(told);
    if (ask.kind === "close") port.close();
  });
});
port.postMessage("open");
