import type { Ledger } from "@ishizue/ledger";
import { closePlan, planReceiver, type ReceiverKind, type ReceiverStats } from "@ishizue/receive";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Count, type WorkerSetUp } from "./receiving-worker.ts";
import { adviseLedger } from "../../src/collector/ledger-pages.ts";
import type { Running } from "./subject.ts";

/** A receiver and a decoder in a thread of their own, and the look-up of both addresses where a ledger is given. */
export async function receiving(kind: ReceiverKind, ledger: Ledger | null): Promise<Running> {
  if (ledger !== null) await adviseLedger(ledger);
  const plan = await planReceiver({ kind, host: "127.0.0.1", ports: [0], receiveBufferBytes: 33_554_432 });
  const shared = new SharedArrayBuffer(8 * Count.length);
  const workerData: WorkerSetUp = { plan, ledger: ledger?.shared() ?? null, counts: shared };
  const worker = new Worker(new URL("./receiving-worker.ts", import.meta.url), { workerData });
  const [{ ports }] = (await once(worker, "message")) as [{ ports: number[] }];
  const counts = new Float64Array(shared);
  return {
    ports,
    done: async () => {
      worker.postMessage("stats", []);
      const [stats] = (await once(worker, "message")) as [ReceiverStats];
      return {
        records: counts[Count.records],
        credited: counts[Count.credited],
        refused: counts[Count.refused],
        kernelDrops: stats.kernelDrops ?? 0,
      };
    },
    end: async () => {
      const gone = once(worker, "exit");
      worker.postMessage("end", []);
      await gone;
      closePlan(plan);
    },
  };
}
