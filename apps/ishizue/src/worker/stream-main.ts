// Entry of the thread of IPFIX over TCP and TLS; collector/stream-intake.ts starts it.
import { runThread } from "./entry.ts";
import type { ThreadSetup } from "./protocol.ts";
import { StreamWorker } from "./stream-worker.ts";

await runThread((setup: ThreadSetup, tell) => new StreamWorker(setup, tell));
