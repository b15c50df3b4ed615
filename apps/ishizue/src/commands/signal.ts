/** The terminal and npm both send the signal of one key press: what follows within this is the same press. */
const SAME_PRESS_MS = 1000;

/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP, so that the command can
 * end in order. A later one ends the process where it stands.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstMs = 0;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (firstMs === 0) {
          firstMs = performance.now();
          resolve(signal);
        } else if (performance.now() - firstMs > SAME_PRESS_MS) {
          process.exit(130);
        }
      });
    }
  });
}
