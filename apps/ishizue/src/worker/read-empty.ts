import type { Receiver } from "@ishizue/receive";

/** A round of the receiver that brought less than this has emptied its sockets. */
const DRAINED_DATAGRAMS = 1024;
/** A packet ring hands its packets over this late at the latest. */
const RING_RETIRE_MS = 100;
/** How long a socket that does not come to an end is read on. */
const DRAIN_PATIENCE_MS = 2000;
/** A receiver of sockets sleeps no longer than this between two looks. */
const SOCKET_PAUSE_MS = 15;

/**
 * Resolves when a receiver has handed over what had arrived by now, as far as
 * that can be told: it comes to an end, or more comes than it can read.
 */
export async function readEmpty(receiver: Receiver): Promise<void> {
  const startedMs = performance.now();
  const leastMs = receiver.kind === "ring" ? RING_RETIRE_MS : SOCKET_PAUSE_MS;
  for (let taken = receiver.stats().datagrams; ;) {
    // The receiver takes its turn between two timers.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    const now = receiver.stats().datagrams;
    const waitedMs = performance.now() - startedMs;
    if ((now - taken < DRAINED_DATAGRAMS && waitedMs >= leastMs) || waitedMs > DRAIN_PATIENCE_MS) return;
    taken = now;
  }
}
