/**
 * Calls `pass` again and again, letting the event loop of the thread run in
 * between, until it is stopped. A pass may sleep a few milliseconds.
 */
export class Pump {
  readonly #pass: () => void;
  #immediate: NodeJS.Immediate | null = null;
  #passing = false;
  #stopped = Promise.withResolvers<void>();
  #stopping = false;

  constructor(pass: () => void) {
    this.#pass = pass;
  }

  start(): void {
    this.#immediate = setImmediate(() => {
      this.#passing = true;
      try {
        this.#pass();
      } finally {
        this.#passing = false;
        if (this.#stopping) this.#stopped.resolve();
      }
      if (!this.#stopping) this.start();
    });
  }

  /** Resolves when no pass is running and none will: at once, or behind the one that called. */
  stop(): Promise<void> {
    this.#stopping = true;
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    if (!this.#passing) this.#stopped.resolve();
    return this.#stopped.promise;
  }
}
