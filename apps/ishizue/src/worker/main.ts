// Entry of a receiving thread; collector/receive-thread.ts starts it.
import { runThread } from "./entry.ts";
import type { WorkerSetup } from "./protocol.ts";
import { ReceiveWorker } from "./receive-worker.ts";

await runThread((setup: WorkerSetup, tell) => new ReceiveWorker(setup, tell));
