/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP. A second one of the same
 * key press (the terminal and npm both send it) does nothing more.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
  });
}
