import { adviseHugePages } from "@ishizue/receive";
import type { SharedLedger } from "@ishizue/ledger";

const advised = new WeakSet<ArrayBufferLike>();

/** Puts a ledger's memory into huge pages, where the system has them: look-ups read it here and there. */
export async function adviseLedger(shared: SharedLedger): Promise<void> {
  const arrays = [...Object.values(shared.leases), ...Object.values(shared.lines)] as unknown[];
  for (const array of arrays) {
    if (!ArrayBuffer.isView(array) || advised.has(array.buffer)) continue;
    advised.add(array.buffer);
    await adviseHugePages(array.buffer);
  }
}
