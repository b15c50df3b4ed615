import { hashWide } from "./key.ts";
import { wideWords } from "./record.ts";

/** The way from an inside address to its slot among the wide keys: open addressing, three quarters full at most. */
export class InsideTable {
  #buckets = new Uint32Array(256);
  #count = 0;

  /** Slot of the address in `wideKeys`, or -1. `meta`: routing domain and prefix length, as wide keys have them. */
  find(wideKeys: Uint32Array, words: Uint32Array, meta: number): number {
    for (let at = this.#first(hashWide(words[0], words[1], words[2], words[3], meta)); ;) {
      const bucket = this.#buckets[at];
      if (bucket === 0) return -1;
      const key = (bucket - 1) * wideWords;
      if (
        wideKeys[key] === words[0] &&
        wideKeys[key + 1] === words[1] &&
        wideKeys[key + 2] === words[2] &&
        wideKeys[key + 3] === words[3] &&
        wideKeys[key + 4] === meta
      ) {
        return bucket - 1;
      }
      if (++at === this.#buckets.length) at = 0;
    }
  }

  /** Files a slot whose words are written. */
  add(wideKeys: Uint32Array, slot: number): void {
    if (4 * (this.#count + 1) > 3 * this.#buckets.length) this.#widen(wideKeys);
    this.#file(wideKeys, slot);
    this.#count++;
  }

  get memoryBytes(): number {
    return this.#buckets.byteLength;
  }

  #first(hash: number): number {
    return (hash * (this.#buckets.length / 2 ** 32)) >>> 0;
  }

  #file(wideKeys: Uint32Array, slot: number): void {
    const [w0, w1, w2, w3, meta] = wideKeys.subarray(slot * wideWords, (slot + 1) * wideWords);
    let at = this.#first(hashWide(w0, w1, w2, w3, meta));
    while (this.#buckets[at] !== 0) at = at + 1 === this.#buckets.length ? 0 : at + 1;
    this.#buckets[at] = slot + 1;
  }

  #widen(wideKeys: Uint32Array): void {
    const before = this.#buckets;
    this.#buckets = new Uint32Array(Math.ceil(before.length * 1.5));
    for (const bucket of before) if (bucket !== 0) this.#file(wideKeys, bucket - 1);
  }
}
