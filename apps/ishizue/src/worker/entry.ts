import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { isFault } from "../fault/fault.ts";
import type { Tell } from "./port-sink.ts";
import type { Order } from "./protocol.ts";

/** What runs in a thread of the collector. */
interface ThreadWorker {
  /** Errors: faults that an operator can mend. */
  listen(): Promise<void>;
  follow(order: Order): void;
}

/** Runs a worker in this thread: what the main thread set up goes in, its orders are followed. */
export async function runThread<Setup>(make: (setup: Setup, tell: Tell) => ThreadWorker): Promise<void> {
  if (parentPort === null) throw new Error("this is the entry of a thread");
  const port: MessagePort = parentPort;
  const tell: Tell = (news, moved = []) => port.postMessage(news, [...moved]);
  const worker = make(workerData as Setup, tell);
  port.on("message", (order: Order) => worker.follow(order));
  try {
    await worker.listen();
  } catch (error) {
    if (!isFault(error)) throw error;
    // What an operator can mend crosses the border as words: a copied Error would lose its code and its advice.
    tell({ kind: "fault", message: error.message, code: error.code, advice: error.advice });
    port.close();
  }
}
