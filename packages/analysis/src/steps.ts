import type { Progress } from "./options.ts";

/** How far a job of several steps is; several may be under way. */
export class Steps {
  readonly #total: number;
  readonly #onProgress: (progress: Progress) => void;
  readonly #signal: AbortSignal | undefined;
  /** In the order that they began, with the part of each that is done. */
  readonly #underWay = new Map<string, { done: number; weight: number }>();
  #finished = 0;

  /** `total`: weights of all steps. */
  constructor(total: number, onProgress: (progress: Progress) => void, signal: AbortSignal | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /**
   * Runs a step of so many parts of the job. Outcomes: those of `work`, or the reason of a signal that was aborted
   * before or meanwhile.
   */
  async run<T>(
    name: string,
    weight: number,
    work: (onPart: (part: number) => void) => Promise<T>,
  ): Promise<T> {
    this.#signal?.throwIfAborted();
    const own = { done: 0, weight };
    this.#underWay.set(name, own);
    this.#tell();
    try {
      const result = await work((part) => {
        own.done = part;
        this.#tell();
      });
      this.#finished += weight;
      return result;
    } catch (error) {
      // What a query answers that was cut off is not the reason.
      this.#signal?.throwIfAborted();
      throw error;
    } finally {
      this.#underWay.delete(name);
    }
  }

  /** The last word: all is done. */
  done(): void {
    this.#onProgress({ step: "done", done: this.#total, total: this.#total });
  }

  #tell(): void {
    const steps = [...this.#underWay];
    const parts = steps.reduce((sum, [, { done, weight }]) => sum + done * weight, 0);
    const [oldest] = steps;
    this.#onProgress({
      step: oldest?.[0] ?? "",
      done: Math.min(this.#total, this.#finished + parts),
      total: this.#total,
    });
  }
}
