// The thread of receiving.ts: receiver, decoder and, with a ledger, the look-up of both addresses.
import { LedgerView, type SharedLedger } from "@ishizue/ledger";
import { openReceiver, type OnDatagram, type ReceiverPlan, type Source } from "@ishizue/receive";
import { Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import { parentPort, workerData } from "node:worker_threads";

export type WorkerSetUp = { plan: ReceiverPlan; ledger: SharedLedger | null; counts: SharedArrayBuffer };
/** Places in `counts`. */
export const Count = { records: 0, octets: 1, credited: 2, refused: 3, length: 4 } as const;

/** Rows of a batch: what decoding writes then stays in the processor's second cache. */
const rowsABatch = 4096;

/** Four sums side by side: one waits for its last addition at each row. */
function sumOf(values: Float64Array, count: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    a += values[row];
    b += values[row + 1];
    c += values[row + 2];
    d += values[row + 3];
  }
  for (; row < count; row++) a += values[row];
  return a + b + c + d;
}

if (parentPort !== null) await run(workerData as WorkerSetUp);

async function run({ plan, ledger, counts: shared }: WorkerSetUp): Promise<void> {
  const counts = new Float64Array(shared);
  const batch = new FlowBatch(rowsABatch + 16_384);
  const decoder = new Decoder();
  const view = ledger === null ? null : new LedgerView(ledger);
  const lines = new Int32Array(batch.capacity);
  let exporters = 0;

  /** What a batch is handed on for: here its octets are summed, so that nothing is decoded in vain. */
  const handOn = (): void => {
    counts[Count.octets] += sumOf(batch.octetDeltaCount, batch.rowCount);
    if (view !== null) {
      for (const addresses of [batch.sourceAddress, batch.destinationAddress]) {
        const { rowCount } = batch;
        view.resolveRows(addresses, batch.flowEndMs, 0, rowCount, lines);
        let credited = 0;
        for (let row = 0; row < rowCount; row++) credited += lines[row] >= 0 ? 1 : 0;
        counts[Count.credited] += credited;
      }
    }
    batch.rowCount = 0;
  };

  const exporterOf = (source: Source): Exporter =>
    (source.state ??= new Exporter(source.address, exporters++)) as Exporter;
  const onDatagram: OnDatagram = (bytes, view, offset, length, source, arrivalMs) => {
    const outcome = decoder.decode(bytes, view, offset, length, exporterOf(source), arrivalMs, batch);
    if (outcome.status !== "decoded") counts[Count.refused]++;
    counts[Count.records] += outcome.rows;
    if (batch.rowCount >= rowsABatch) handOn();
  };

  const receiver = await openReceiver(plan, 0, onDatagram);
  parentPort?.on("message", (message: "stats" | "end") => {
    if (message === "stats") {
      parentPort?.postMessage(receiver.stats(), []);
      return;
    }
    void receiver.close().then(() => process.exit(0));
  });
  parentPort?.postMessage({ ports: receiver.ports }, []);
}
