import type { LeaseArrays } from "./arrays.ts";
import { hashPorts4, hashWidePorts, insideKind, KeyKind, keyKind, portKind, prefixMasks } from "./key.ts";
import { firstPortOf } from "./port-set.ts";
import {
  firstShapeWord,
  heldLong,
  heldOpen,
  heldWord,
  insideHolder,
  keyWord,
  lineMask,
  lineWord,
  olderWord,
  portLengths4Word,
  portLengths6Word,
  portShapesWord,
  recordShift,
  slotBitsOf,
  startFloat,
  wideWords,
} from "./record.ts";
import { isMapped } from "@ishizue/wire";
import { lengthsOf } from "./lengths.ts";
import { Unattributed } from "./unattributed.ts";

const { noLease, otherTime } = Unattributed;

/**
 * Look-ups among leases of ports: a port and a shape make a key, so that each shape costs a look. Reads as LeaseReader
 * does, and allocates nothing a look.
 */
export class PortReader {
  #index: Uint32Array = new Uint32Array(1);
  #records: Uint32Array = new Uint32Array(0);
  #floats: Float64Array = new Float64Array(0);
  #wideKeys: Uint32Array = new Uint32Array(0);
  #longEnds: Float64Array = new Float64Array(0);
  #header: Uint32Array = new Uint32Array(0);
  #scale = 0;
  #slotBits = 1;
  #slotMask = 1;
  /** As LeaseArrays.portBlocks. */
  blocks: Uint32Array = new Uint32Array(0);
  /** Prefix lengths of leases of ports, longest first. */
  lengths4: Uint8Array = new Uint8Array(0);
  lengths6: Uint8Array = new Uint8Array(0);
  /** Two words a shape, as `portShape` makes them. */
  shapes: Uint32Array = new Uint32Array(0);
  /** Kind of the records of a shape's ports on an IPv4 host in routing domain ''. */
  kinds: Uint8Array = new Uint8Array(0);
  /** Whether leases of ports of IPv4 are all on hosts. */
  onHosts4Alone = true;

  take(arrays: LeaseArrays): void {
    this.#index = arrays.index;
    this.#records = arrays.records;
    this.#floats = arrays.floats;
    this.#wideKeys = arrays.wideKeys;
    this.#longEnds = arrays.longEnds;
    this.#header = arrays.header;
    this.blocks = arrays.portBlocks;
    this.#scale = arrays.index.length / 2 ** 32;
    this.#slotBits = slotBitsOf(arrays.capacity);
    this.#slotMask = 2 ** this.#slotBits - 1;
  }

  /** Whether each set of ports of an IPv4 host in routing domain '' is named by its record alone. */
  get areNarrow(): boolean {
    return this.onHosts4Alone && !this.kinds.includes(KeyKind.widePorts);
  }

  get hasAny(): boolean {
    return this.#header[portShapesWord] > 0;
  }

  /** Takes over the prefix lengths and shapes that there are by now. */
  readHeader(): void {
    this.lengths4 = lengthsOf(this.#header, portLengths4Word);
    this.lengths6 = lengthsOf(this.#header, portLengths6Word);
    this.onHosts4Alone = this.lengths4.every((length) => length === 128);
    const count = this.#header[portShapesWord];
    if (this.kinds.length === count) return;
    this.shapes = this.#header.slice(firstShapeWord, firstShapeWord + 2 * count);
    this.kinds = Uint8Array.from({ length: count }, (_, shape) => {
      const stride = this.shapes[2 * shape + 1] & 0xffff;
      return (stride & (stride - 1)) === 0 ? portKind(stride) : KeyKind.widePorts;
    });
  }

  /**
   * What holds the port on the address's prefix of that length at `timeMs`: a line, or from `insideHolder` on an inside
   * address; noLease, otherTime. Of several the one that began last, then that of the fewest ports, then of the higher.
   */
  holderAt(
    domain: number,
    words: Uint32Array,
    wordOffset: number,
    length: number,
    timeMs: number,
    port: number,
  ): number {
    const shapes = this.shapes;
    const isHost4 = length === 128 && domain === 0 && isMapped(words, wordOffset);
    let answer: number = noLease;
    let begun = -1;
    let fewest = 0;
    let highest = 0;
    for (let shape = 0; shape < this.kinds.length; shape++) {
      const shape0 = shapes[2 * shape];
      const shape1 = shapes[2 * shape + 1];
      const size = (shape0 & 0xffff) + 1;
      // Transports without ports are held by whoever holds every port.
      if (port === 0 && size < 0x1_0000) continue;
      const first = firstPortOf(shape0, shape1, port);
      if (first < 0) continue;
      // Signed, as the words below: an unsigned one past 2^31 would be an object of its own on its way to a function.
      const ports = first | ((first + size - 1) << 16);
      const kind = isHost4 ? this.kinds[shape] : KeyKind.widePorts;
      const slot =
        kind === KeyKind.widePorts
          ? this.#findWide(domain, words, wordOffset, length, ports, shape1 & 0xffff)
          : this.#find4(words[wordOffset + 3] | 0, ports, kind);
      if (slot < 0) continue;
      const record = this.#recordAt(slot, timeMs);
      if (record < 0) {
        if (begun < 0) answer = otherTime;
        continue;
      }
      const startMs = this.#floats[(record >>> 1) + startFloat];
      const isBetter =
        startMs > begun || (startMs === begun && (size < fewest || (size === fewest && first > highest)));
      if (!isBetter) continue;
      begun = startMs;
      fewest = size;
      highest = first;
      const word = this.#records[record + lineWord];
      answer = (word & lineMask) + (((word >>> 24) & insideKind) === 0 ? 0 : insideHolder);
    }
    return answer;
  }

  /** Where the record begins that holds at `timeMs` in the chain from `slot` on, or -1; see LeaseReader.lineAt. */
  #recordAt(slot: number, timeMs: number): number {
    const records = this.#records;
    for (let at = slot << recordShift; ;) {
      const startMs = this.#floats[(at >>> 1) + startFloat];
      if (startMs <= timeMs) {
        const held = records[at + heldWord];
        if (held < heldLong) {
          if (timeMs - startMs < held) return at;
          if (held > 0) return -1;
        } else if (held === heldOpen || timeMs < this.#longEnds[held - heldLong]) return at;
        else return -1;
      }
      const older = records[at + olderWord];
      if (older === 0) return -1;
      at = (older - 1) << recordShift;
    }
  }

  /** Slot of the newest lease of those ports of an IPv4 host in routing domain '', or -1. */
  #find4(word: number, ports: number, kind: number): number {
    const index = this.#index;
    const records = this.#records;
    const hash = hashPorts4(word, ports, kind);
    const slotMask = this.#slotMask;
    const tag = (hash << this.#slotBits) | 0;
    for (let at = (hash * this.#scale) >>> 0; ;) {
      const bucket = index[at];
      if (bucket === 0) return -1;
      if (((bucket & ~slotMask) | 0) === tag) {
        const slot = (bucket & slotMask) - 1;
        const record = slot << recordShift;
        if (
          (records[record + keyWord] | 0) === word &&
          (records[record + keyWord + 1] | 0) === ports &&
          keyKind(records[record + lineWord] >>> 24) === kind
        ) {
          return slot;
        }
      }
      if (++at === index.length) at = 0;
    }
  }

  /** As #find4, of ports whose key is a wide one. */
  #findWide(
    domain: number,
    words: Uint32Array,
    wordOffset: number,
    prefixLength: number,
    ports: number,
    stride: number,
  ): number {
    const mask = 4 * prefixLength;
    const w0 = (words[wordOffset] & prefixMasks[mask]) >>> 0;
    const w1 = (words[wordOffset + 1] & prefixMasks[mask + 1]) >>> 0;
    const w2 = (words[wordOffset + 2] & prefixMasks[mask + 2]) >>> 0;
    const w3 = (words[wordOffset + 3] & prefixMasks[mask + 3]) >>> 0;
    const meta = (domain << 8) | prefixLength;
    const hash = hashWidePorts(w0, w1, w2, w3, meta, ports, stride);
    const index = this.#index;
    const wide = this.#wideKeys;
    const slotMask = this.#slotMask;
    const tag = (hash << this.#slotBits) | 0;
    for (let at = (hash * this.#scale) >>> 0; ;) {
      const bucket = index[at];
      if (bucket === 0) return -1;
      if (((bucket & ~slotMask) | 0) === tag) {
        const slot = (bucket & slotMask) - 1;
        const record = slot << recordShift;
        const key = this.#records[record + keyWord] * wideWords;
        if (
          keyKind(this.#records[record + lineWord] >>> 24) === KeyKind.widePorts &&
          wide[key] === w0 &&
          wide[key + 1] === w1 &&
          wide[key + 2] === w2 &&
          wide[key + 3] === w3 &&
          wide[key + 4] === meta &&
          (wide[key + wideWords] | 0) === ports &&
          wide[key + wideWords + 1] === stride
        ) {
          return slot;
        }
      }
      if (++at === index.length) at = 0;
    }
  }
}
