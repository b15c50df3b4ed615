/**
 * Octets a lease: start, end (Float64), line, older (32-bit words), knowledge time (Float64), and six words that look-ups do not
 * read: key, session (two), source with origin and ending, last sign of life, one spare.
 */
const stride = 56;
const floats = stride / 8;
const words = stride / 4;

/**
 * The leases themselves, one slot each in one buffer, so that a look-up touches one cache line.
 *
 * Shape: leases of a key are a chain from the newest start to the oldest. A lease with end = start is empty: it was
 * taken back, keeps its place in the chain and answers nothing. Grows by a quarter once it is large.
 */
export class LeaseColumns {
  /** Slots in use. */
  count = 0;
  #buffer = new ArrayBuffer(stride * 1024);
  #float = new Float64Array(this.#buffer);
  #word = new Uint32Array(this.#buffer);

  /** A new slot with everything zero but what is given. */
  add(key: number, startMs: number): number {
    const slot = this.count;
    if ((slot + 1) * stride > this.#buffer.byteLength) this.#grow();
    this.count = slot + 1;
    this.#word[slot * words + 8] = key;
    this.#float[slot * floats] = startMs;
    return slot;
  }

  startMs(slot: number): number {
    return this.#float[slot * floats];
  }
  endMs(slot: number): number {
    return this.#float[slot * floats + 1];
  }
  setEndMs(slot: number, endMs: number): void {
    this.#float[slot * floats + 1] = endMs;
  }
  isEmpty(slot: number): boolean {
    return this.#float[slot * floats + 1] <= this.#float[slot * floats];
  }

  /** Knowledge time of the lease's last log row; 0 before the first. */
  knownMs(slot: number): number {
    return this.#float[slot * floats + 3];
  }
  setKnownMs(slot: number, knownMs: number): void {
    this.#float[slot * floats + 3] = knownMs;
  }

  line(slot: number): number {
    return this.#word[slot * words + 4];
  }
  setLine(slot: number, line: number): void {
    this.#word[slot * words + 4] = line;
  }

  /** The lease of the same key with the next earlier start, or -1. */
  older(slot: number): number {
    return this.#word[slot * words + 5] - 1;
  }
  setOlder(slot: number, older: number): void {
    this.#word[slot * words + 5] = older + 1;
  }

  key(slot: number): number {
    return this.#word[slot * words + 8];
  }

  sessionHigh(slot: number): number {
    return this.#word[slot * words + 9];
  }
  sessionLow(slot: number): number {
    return this.#word[slot * words + 10];
  }
  /** Both words zero: the session is not known. */
  setSession(slot: number, high: number, low: number): void {
    this.#word[slot * words + 9] = high;
    this.#word[slot * words + 10] = low;
  }

  /** Index of the feed and the access server in the ledger's list. */
  source(slot: number): number {
    return this.#word[slot * words + 11] & 0xffff;
  }
  /** A StartOrigin code. */
  origin(slot: number): number {
    return (this.#word[slot * words + 11] >>> 16) & 0xff;
  }
  /** An Ending code. */
  ending(slot: number): number {
    return (this.#word[slot * words + 11] >>> 24) & 0x7f;
  }
  setSource(slot: number, source: number, origin: number, ending: number): void {
    const dirty = this.#word[slot * words + 11] & 0x8000_0000;
    this.#word[slot * words + 11] = (dirty | (ending << 24) | (origin << 16) | source) >>> 0;
  }
  setEnding(slot: number, ending: number): void {
    const at = slot * words + 11;
    this.#word[at] = ((this.#word[at] & 0x80ff_ffff) | (ending << 24)) >>> 0;
  }

  /** Marks a lease as changed by this event; false when it was marked. */
  markDirty(slot: number): boolean {
    const at = slot * words + 11;
    if (this.#word[at] >>> 31 === 1) return false;
    this.#word[at] = (this.#word[at] | 0x8000_0000) >>> 0;
    return true;
  }
  clearDirty(slot: number): void {
    this.#word[slot * words + 11] &= 0x7fff_ffff;
  }

  /** The last sign of life, in whole seconds; 0 when there was none in this process's life. */
  lastSeenS(slot: number): number {
    return this.#word[slot * words + 12];
  }
  seen(slot: number, atMs: number): void {
    const at = slot * words + 12;
    const seconds = Math.min(0xffff_ffff, Math.max(0, Math.floor(atMs / 1000)));
    if (seconds > this.#word[at]) this.#word[at] = seconds;
  }

  /**
   * Line of the lease that holds at `timeMs` in the chain from `head`, or -1.
   *
   * The lease with the latest start not after `timeMs` decides; empty leases are passed over.
   */
  lineAt(head: number, timeMs: number): number {
    const float = this.#float;
    const word = this.#word;
    for (let next = head + 1; next !== 0;) {
      const slot = next - 1;
      const start = float[slot * floats];
      if (start <= timeMs) {
        const end = float[slot * floats + 1];
        if (timeMs < end) return word[slot * words + 4];
        if (end > start) return -1;
      }
      next = word[slot * words + 5];
    }
    return -1;
  }

  get memoryBytes(): number {
    return this.#buffer.byteLength;
  }

  #grow(): void {
    const slots = this.#buffer.byteLength / stride;
    const wider = new ArrayBuffer(stride * (slots < 65_536 ? slots * 2 : Math.ceil(slots * 1.25)));
    new Uint8Array(wider).set(new Uint8Array(this.#buffer));
    this.#buffer = wider;
    this.#float = new Float64Array(wider);
    this.#word = new Uint32Array(wider);
  }
}
