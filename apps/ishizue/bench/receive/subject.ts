// One of our receivers at one kind of work, a process of its own: tells its ports, then its counts when asked.
import { Ledger, LineTable } from "@ishizue/ledger";
import type { ReceiverKind } from "@ishizue/receive";
import { networkWord } from "@ishizue/wire";
import { collecting } from "./collecting.ts";
import { firstCustomer } from "./messages.ts";
import { receiving } from "./receiving.ts";

export type SubjectSetUp = {
  kind: ReceiverKind;
  /** To the columns of a batch; the lines of both addresses too; or all that `ishizue collect` does up to its spool. */
  work: "columns" | "lookup" | "spool";
  leases: number;
  /** Of the spool files. */
  dir: string;
};

/** What a subject has done so far. */
export type Done = { records: number; credited: number; refused: number; kernelDrops: number };
export type SubjectCounts = Done & { cpuSeconds: number; residentBytes: number };

/** Work that runs. */
export type Running = { ports: readonly number[]; done: () => Promise<Done>; end: () => Promise<void> };

/** A ledger with a lease of each of the first customers' addresses. */
function ledgerOf(leases: number): Ledger {
  const ledger = new Ledger({ lines: new LineTable() });
  for (let lease = 0; lease < leases; lease++) {
    const words = Uint32Array.of(0, 0, networkWord(0xffff), networkWord(firstCustomer + lease));
    ledger.apply({
      kind: "lease",
      knownMs: 1,
      feed: "bench",
      startMs: 0,
      endMs: Infinity,
      line: `line-${String(lease).padStart(8, "0")}`,
      prefix: { words, prefixLength: 128 },
    });
  }
  return ledger;
}

/** To the parent; this is a child of fork. */
function tell(message: unknown): void {
  process.send?.(message);
}

async function answer(running: Running): Promise<void> {
  const done = await running.done();
  const cpu = process.cpuUsage();
  const counts: SubjectCounts = {
    ...done,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
  tell(counts);
}

const setUp = JSON.parse(process.argv[2]) as SubjectSetUp;
const ledger = ledgerOf(setUp.leases);
const running =
  setUp.work === "spool"
    ? await collecting(setUp.kind, ledger, setUp.dir)
    : await receiving(setUp.kind, setUp.work === "lookup" ? ledger : null);
process.on("message", (request: "counts" | "end") => {
  if (request === "counts") void answer(running);
  else void running.end().then(() => process.disconnect?.());
});
tell({ ports: running.ports });
