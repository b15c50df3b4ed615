// Entry of the thread of IPFIX over TCP and TLS; collector/stream-intake.ts starts it.
import { parentPort, workerData } from "node:worker_threads";
import { isFault } from "../fault/fault.ts";
import type { Tell } from "./port-sink.ts";
import type { Order, ThreadSetup } from "./protocol.ts";
import { StreamWorker } from "./stream-worker.ts";

const port = parentPort;
if (port === null) throw new Error("worker/stream-main.ts is the entry of a thread");
const tell: Tell = (news, moved = []) => port.postMessage(news, [...moved]);
const worker = new StreamWorker(workerData as ThreadSetup, tell);
port.on("message", (order: Order) => worker.follow(order));
try {
  await worker.listen();
} catch (error) {
  if (!isFault(error)) throw error;
  // What an operator can mend crosses the border as words: a copied Error would lose its code and its advice.
  tell({ kind: "fault", message: error.message, code: error.code, advice: error.advice });
  port.close();
}
