import type { Ledger } from "@ishizue/ledger";
import { adviseHugePages } from "@ishizue/receive";

/** Octets that were advised, of each buffer. */
const advised = new WeakMap<ArrayBufferLike, number>();
/** So much of what was advised is advised again: pages that were in use in part. */
const overlapOctets = 2 ** 22;

/** Puts what a ledger has in its memory into huge pages, where the system has them: look-ups read it here and there. */
export async function adviseLedger(ledger: Ledger): Promise<void> {
  for (const { buffer, octets } of ledger.memoryInUse()) {
    const before = advised.get(buffer) ?? 0;
    if (octets <= before) continue;
    advised.set(buffer, octets);
    await adviseHugePages(buffer, Math.max(0, before - overlapOctets), octets);
  }
}
