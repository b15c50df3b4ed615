// Entry of the thread of RADIUS accounting; collector/accounting-thread.ts starts it.
import { parentPort, workerData } from "node:worker_threads";
import { type AccountingOrder, type AccountingSetup, AccountingWorker } from "./accounting-worker.ts";

if (parentPort === null) throw new Error("this is the entry of a thread");
const port = parentPort;
const worker = new AccountingWorker(workerData as AccountingSetup, (news, moved = []) =>
  port.postMessage(news, moved),
);
port.on("message", (order: AccountingOrder) => {
  worker.follow(order);
});
worker.listen();
