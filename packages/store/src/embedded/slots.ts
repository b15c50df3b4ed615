/** Counts what runs and lets the rest wait in order; `enter` says no when too many wait. */
export class Slots {
  readonly #limit: number;
  readonly #maxWaiting: number;
  #running = 0;
  #closing = false;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number, maxWaiting: number) {
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
  }

  /** Resolves to true when a slot is ours (call `leave` after), to false when the queue is full. */
  async enter(): Promise<boolean> {
    if (this.#running < this.#limit) {
      this.#running++;
      return true;
    }
    if (this.#waiting.length >= this.#maxWaiting) return false;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return true;
  }

  /** Takes every slot, when those who run have left: until `open` nobody else runs. False when someone else does that. */
  async close(): Promise<boolean> {
    if (this.#closing) return false;
    this.#closing = true;
    for (let slot = 0; slot < this.#limit; slot++) {
      if (this.#running < this.#limit) this.#running++;
      else await new Promise<void>((resolve) => this.#waiting.unshift(resolve));
    }
    return true;
  }

  /** Gives back what `close` took. */
  open(): void {
    this.#closing = false;
    for (let slot = 0; slot < this.#limit; slot++) this.leave();
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
