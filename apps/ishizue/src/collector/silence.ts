import type { Ledger, LeaseLogRow } from "@ishizue/ledger";

/** How often leases are looked at for a sign of life, at the least. */
export const silenceCheckMs = 60_000;
/** Leases looked at in one turn of the event loop: 1 ms. */
const AT_A_TIME = 50_000;

/**
 * Ends leases without a sign of life for `timeOutMs`, a piece at a time, so that accounting goes on meanwhile; `keep`
 * makes the rows durable. Rejects with the spool's fault.
 */
export async function endSilentLeases(
  ledger: Ledger,
  timeOutMs: number,
  keep: (rows: readonly LeaseLogRow[]) => Promise<void>,
): Promise<void> {
  const nowMs = Date.now();
  for (let first = 0; first < ledger.stats.leases; first += AT_A_TIME) {
    const rows = ledger.expire(nowMs, timeOutMs, first, first + AT_A_TIME);
    if (rows.length > 0) await keep(rows);
    else await new Promise((resolve) => setImmediate(resolve));
  }
}
