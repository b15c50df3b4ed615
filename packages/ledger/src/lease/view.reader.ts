// Worker of view.worker.test.ts: looks up while another thread writes, and tells what it saw that cannot be.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { LedgerView } from "./view.ts";
import type { SharedLedger } from "./view.ts";

interface Work {
  readonly shared: SharedLedger;
  readonly addresses: Uint32Array;
  readonly times: Float64Array;
  /** Time of the row in turns of its address; the line held then is `<address>/<turn>`, of this turn or an earlier one. */
  readonly turns: Int32Array;
  /** A lease that is now `short` until before `correctedMs`, now `long` until after it. */
  readonly corrected: Uint32Array;
  readonly correctedMs: number;
}

const work = workerData as Work;
const port = parentPort!;
const view = new LedgerView(work.shared);
const rows = work.times.length;
const lines = new Int32Array(rows);
const seen = new Int32Array(rows).fill(-1);
const faults: string[] = [];
const counts = { rounds: 0, updates: 0, corrected: 0 };

function name(line: number): string {
  return Buffer.from(view.lines.nameBytes(line)).toString();
}

function round(): void {
  counts.rounds++;
  view.resolveRows(work.addresses, work.times, 0, rows, lines);
  for (let row = 0; row < rows; row++) {
    if (lines[row] < 0) {
      if (seen[row] >= 0) faults.push(`row ${row}: no line after turn ${seen[row]}`);
      continue;
    }
    const [address, turn] = name(lines[row]).split("/").map(Number);
    const isOwn = address === work.addresses[4 * row + 3] && turn <= work.turns[row];
    if (!isOwn || turn < seen[row]) faults.push(`row ${row}: ${name(lines[row])} after turn ${seen[row]}`);
    else seen[row] = turn;
  }
  for (let i = 0; i < 200; i++) {
    const line = view.resolve(work.corrected, 0, work.correctedMs);
    if (line < 0) continue;
    counts.corrected++;
    if (name(line) !== "long") faults.push(`${name(line)} after its end`);
  }
}

for (let done = false; !done;) {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const message = got.message as SharedLedger | "end";
    if (message === "end") done = true;
    else {
      counts.updates++;
      view.update(message);
    }
  }
  round();
  if (counts.rounds === 1) port.postMessage("began");
}
port.postMessage({ faults: faults.slice(0, 10), counts, lines: Array.from(lines) });
port.close();
