// Entry of a receiving thread; collector/receive-thread.ts starts it.
import { parentPort, workerData } from "node:worker_threads";
import { isFault } from "../fault/fault.ts";
import type { Tell } from "./port-sink.ts";
import type { Order, WorkerSetup } from "./protocol.ts";
import { ReceiveWorker } from "./receive-worker.ts";

const port = parentPort;
if (port === null) throw new Error("worker/main.ts is the entry of a thread");
const tell: Tell = (news, moved = []) => port.postMessage(news, [...moved]);
const worker = new ReceiveWorker(workerData as WorkerSetup, tell);
port.on("message", (order: Order) => worker.follow(order));
try {
  await worker.listen();
} catch (error) {
  if (!isFault(error)) throw error;
  // What an operator can mend crosses the border as words: a copied Error would lose its code and its advice.
  tell({ kind: "fault", message: error.message, code: error.code, advice: error.advice });
  port.close();
}
