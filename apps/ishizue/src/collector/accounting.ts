import { AccountingServer, type AccountingStats } from "@ishizue/ledger";
import { AccountingThread, type AccountingThreadOptions } from "./accounting-thread.ts";

/** A RADIUS accounting server, whichever way it receives. */
export interface Accounting {
  readonly port: number;
  /** Live. */
  readonly stats: AccountingStats;
  /** Takes no more, answers what was taken, and closes the socket. */
  close(): Promise<void>;
}

/**
 * Opens RADIUS accounting in a thread of its own, or where the machine has no recvmmsg on a socket of Node's in this one.
 *
 * Errors: a port in use, an address that is not here, a client that is none.
 */
export async function openAccounting(options: AccountingThreadOptions): Promise<Accounting> {
  try {
    return await AccountingThread.open(options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "NO_RECEIVER")) throw error;
    const { protocol, host, port, onEvents } = options;
    return AccountingServer.open({ ...protocol, host, port, onEvents });
  }
}
