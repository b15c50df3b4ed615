import { mappedWord } from "@ishizue/wire";
import type { LeaseArrays } from "./arrays.ts";
import { block4, block6 } from "./blocks.ts";
import { hashHost4, hashPrefix, hashWide, KeyKind, prefixMasks } from "./key.ts";
import { Kernel, kernelRows, passRows, undecided } from "./kernel.ts";
import { lengthsOf } from "./lengths.ts";
import { PortKernel } from "./port-kernel.ts";
import { PortReader } from "./port-reader.ts";
import {
  heldLong,
  heldOpen,
  insideHolder,
  keyWord,
  lengths4Word,
  lengths6Word,
  lengthsVersionWord,
  lineMask,
  lineWord,
  heldWord,
  olderWord,
  recordShift,
  slotBitsOf,
  startFloat,
  wideWords,
} from "./record.ts";
import { Unattributed } from "./unattributed.ts";

// Constants of this module are part of the machine code; those of another are read at each use.
const shift = recordShift;
const mapped = mappedWord;
const line0 = lineWord;
const held0 = heldWord;
const older0 = olderWord;
const start0 = startFloat;
const key0 = keyWord;
const lineBits = lineMask;
const open = heldOpen;
const long = heldLong;
const host4 = KeyKind.host4;
const { noLease, otherTime } = Unattributed;
const masks = prefixMasks;
const blockOf4 = block4;
const blockOf6 = block6;
const hashOf4 = hashHost4;
const hashOf6 = hashPrefix;

/** Rows of which an inside address is looked up, together. */
class InsideRows {
  count = 0;
  readonly rows: Int32Array;
  readonly addresses: Uint32Array;
  readonly timesMs: Float64Array;
  readonly lines: Int32Array;

  constructor(capacity: number) {
    this.rows = new Int32Array(capacity);
    this.addresses = new Uint32Array(4 * capacity);
    this.timesMs = new Float64Array(capacity);
    this.lines = new Int32Array(capacity);
  }
}

/**
 * Look-ups in the ledger's memory, whoever writes it. Allocates nothing a row.
 *
 * A record is complete before its bucket or its neighbour in the chain points to it, and whatever of it changes
 * afterwards is one word; buckets and links are read first and what they point to by them, which no machine turns round.
 */
export class LeaseReader {
  #index: Uint32Array = new Uint32Array(1);
  #records: Uint32Array = new Uint32Array(0);
  #floats: Float64Array = new Float64Array(0);
  #wideKeys: Uint32Array = new Uint32Array(0);
  #longEnds: Float64Array = new Float64Array(0);
  #blocks: Uint32Array = new Uint32Array(0);
  #header: Uint32Array = new Uint32Array(0);
  #scale = 0;
  #slotBits = 1;
  #slotMask = 1;
  #lengthsVersion = -1;
  /** Prefix lengths present, longest first; IPv4 those of mapped prefixes. */
  #lengths4: Uint8Array = new Uint8Array(0);
  #lengths6: Uint8Array = new Uint8Array(0);
  #kernel: Kernel | undefined;
  #portKernel: PortKernel | undefined;
  /** Absent where there is no kernel; only ledgers of shared addresses call it. */
  #makePortKernel: (() => PortKernel) | undefined;
  /** Rows that the kernel of ports looks up in one pass. */
  readonly #pending = new Int32Array(passRows);
  /** What fetching read, so that it is not left out. */
  fetched = 0;
  readonly #ports = new PortReader();
  #behind: InsideRows | undefined;

  take(arrays: LeaseArrays): void {
    this.#index = arrays.index;
    this.#records = arrays.records;
    this.#floats = arrays.floats;
    this.#wideKeys = arrays.wideKeys;
    this.#longEnds = arrays.longEnds;
    this.#blocks = arrays.blocks;
    this.#header = arrays.header;
    const { memory, indexMemory } = arrays;
    const isShared = memory !== null && indexMemory !== null;
    this.#kernel = isShared ? new Kernel(arrays, memory, indexMemory) : undefined;
    this.#portKernel = undefined;
    this.#makePortKernel = isShared ? () => new PortKernel(arrays, memory, indexMemory) : undefined;
    this.#scale = arrays.index.length / 2 ** 32;
    this.#slotBits = slotBitsOf(arrays.capacity);
    this.#slotMask = 2 ** this.#slotBits - 1;
    this.#ports.take(arrays);
  }

  /**
   * Line that held the address at `timeMs` in a routing domain: the longest prefix held then; noLease, otherTime.
   */
  resolve(domain: number, words: Uint32Array, wordOffset: number, timeMs: number): number {
    if (this.#header[lengthsVersionWord] !== this.#lengthsVersion) this.#readLengths();
    const w0 = words[wordOffset];
    const w1 = words[wordOffset + 1];
    const w2 = words[wordOffset + 2];
    const w3 = words[wordOffset + 3];
    const is4 = w2 === mapped && (w0 | w1) === 0;
    const block = is4 ? blockOf4(w3) : blockOf6(w0);
    if (((this.#blocks[block >>> 5] >>> (block & 31)) & 1) === 0) return noLease;
    const lengths = is4 ? this.#lengths4 : this.#lengths6;
    let reason: number = noLease;
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i];
      let slot: number;
      if (is4 && length === 128) {
        const kind = domain === 0 ? host4 : KeyKind.host4In;
        slot = this.#findRecord(kind, w3, domain, hashOf4(w3, domain));
      } else if (length <= 64 && domain === 0) {
        const p0 = (w0 & masks[4 * length]) >>> 0;
        const p1 = (w1 & masks[4 * length + 1]) >>> 0;
        slot = this.#findRecord(length, p0, p1, hashOf6(p0, p1, length));
      } else slot = this.#findWide(domain, words, wordOffset, length);
      if (slot < 0) continue;
      const line = this.lineAt(slot, timeMs);
      if (line >= 0) return line;
      reason = otherTime;
    }
    return reason;
  }

  /**
   * `resolve`, by leases of ports as well: of two that answer, the one of the longer prefix does, then the one of ports. `port`: 0
   * where the transport has none. A lease whose inside address nobody held then answers nothing.
   */
  resolvePort(domain: number, words: Uint32Array, wordOffset: number, timeMs: number, port: number): number {
    if (domain < 0) return noLease;
    if (this.#header[lengthsVersionWord] !== this.#lengthsVersion) this.#readLengths();
    const is4 = isMappedAt(words, wordOffset);
    const plain = is4 ? this.#lengths4 : this.#lengths6;
    const ported = is4 ? this.#ports.lengths4 : this.#ports.lengths6;
    let reason: number = noLease;
    for (let i = 0, p = 0; i < plain.length || p < ported.length;) {
      let line: number;
      if (p < ported.length && (i === plain.length || ported[p] >= plain[i])) {
        line = this.#portLine(domain, words, wordOffset, ported[p++], timeMs, port);
      } else {
        const slot = this.#findPlain(domain, words, wordOffset, plain[i++], is4);
        line = slot < 0 ? noLease : this.#lineOrOther(slot, timeMs);
      }
      if (line >= 0) return line;
      if (line === otherTime) reason = otherTime;
    }
    return reason;
  }

  /** Line that holds the port on the prefix of that length, by the inside address where it is held by one; noLease, otherTime. */
  #portLine(
    domain: number,
    words: Uint32Array,
    wordOffset: number,
    length: number,
    timeMs: number,
    port: number,
  ): number {
    const holder = this.#ports.holderAt(domain, words, wordOffset, length, timeMs, port);
    if (holder < insideHolder) return holder;
    const at = (holder - insideHolder) * wideWords;
    return this.resolve(this.#wideKeys[at + 4] >>> 8, this.#wideKeys, at, timeMs);
  }

  /** Slot of the newest lease of every port on the prefix of that length, or -1. */
  #findPlain(domain: number, words: Uint32Array, wordOffset: number, length: number, is4: boolean): number {
    if (is4 && length === 128) {
      const word = words[wordOffset + 3];
      const kind = domain === 0 ? host4 : KeyKind.host4In;
      return this.#findRecord(kind, word, domain, hashOf4(word, domain));
    }
    if (length > 64 || domain !== 0) return this.#findWide(domain, words, wordOffset, length);
    const p0 = (words[wordOffset] & masks[4 * length]) >>> 0;
    const p1 = (words[wordOffset + 1] & masks[4 * length + 1]) >>> 0;
    return this.#findRecord(length, p0, p1, hashOf6(p0, p1, length));
  }

  /**
   * `resolve` in routing domain '' of every row from `first` until `end`: `lines[row]`, by the address in the four words
   * from `4 * row` and the time of the row.
   */
  resolveRows(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports?: Uint16Array,
    domains?: Int32Array | null,
  ): void {
    for (let at = first; at < end; at += kernelRows) {
      this.resolveChunk(addresses, timesMs, at, Math.min(end, at + kernelRows), lines, ports, domains);
    }
  }

  /** As resolveRows, of `kernelRows` rows at the most. */
  resolveChunk(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports?: Uint16Array,
    domains?: Int32Array | null,
  ): void {
    this.#resolvePlain(addresses, timesMs, first, end, lines);
    if (domains !== undefined && domains !== null) {
      for (let row = first; row < end; row++) {
        const domain = domains[row];
        if (domain === 0) continue;
        const port = ports === undefined ? 0 : ports[row];
        lines[row] = this.resolvePort(domain, addresses, row << 2, timesMs[row], port);
      }
    }
    if (ports !== undefined && this.#ports.hasAny) {
      this.#resolvePorts(addresses, timesMs, first, end, lines, ports, domains ?? null);
    }
  }

  /** Looks rows of routing domain '' up among leases of ports, on addresses near which there ever were such. */
  #resolvePorts(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
    ports: Uint16Array,
    domains: Int32Array | null,
  ): void {
    const { blocks } = this.#ports;
    const behind = (this.#behind ??= new InsideRows(kernelRows));
    behind.count = 0;
    if (this.#ports.areNarrow) this.#portKernel ??= this.#makePortKernel?.();
    const kernel = this.#ports.areNarrow ? this.#portKernel : undefined;
    let pending = 0;
    for (let row = first, word = first << 2; row < end; row++, word += 4) {
      const is4 = isMappedAt(addresses, word);
      const block = is4 ? blockOf4(addresses[word + 3]) : blockOf6(addresses[word]);
      if (((blocks[block >>> 5] >>> (block & 31)) & 1) === 0) continue;
      if (domains !== null && domains[row] !== 0) continue;
      if (!is4 || !this.#ports.onHosts4Alone) {
        lines[row] = this.resolvePort(0, addresses, word, timesMs[row], ports[row]);
        continue;
      }
      if (kernel === undefined) {
        const holder = this.#ports.holderAt(0, addresses, word, 128, timesMs[row], ports[row]);
        this.#take(behind, row, holder, timesMs[row], lines);
        continue;
      }
      kernel.words[pending] = addresses[word + 3];
      kernel.ports[pending] = ports[row];
      kernel.times[pending] = timesMs[row];
      this.#pending[pending++] = row;
      if (pending < passRows) continue;
      this.#passPorts(kernel, pending, behind, addresses, lines);
      pending = 0;
    }
    if (kernel !== undefined && pending > 0) this.#passPorts(kernel, pending, behind, addresses, lines);
    if (behind.count === 0) return;
    this.#resolvePlain(behind.addresses, behind.timesMs, 0, behind.count, behind.lines);
    for (let n = 0; n < behind.count; n++) setFound(lines, behind.rows[n], behind.lines[n]);
  }

  /** Looks up the rows that are pending in the kernel. */
  #passPorts(
    kernel: PortKernel,
    count: number,
    behind: InsideRows,
    addresses: Uint32Array,
    lines: Int32Array,
  ): void {
    kernel.resolve(count, this.#ports.shapes, this.#ports.kinds);
    // Inside addresses are read at once, so that the waits for memory overlap; what they are is looked at below.
    for (let n = 0; n < count; n++) {
      const holder = kernel.holders[n];
      if (holder >= insideHolder) this.fetched ^= this.#wideKeys[(holder - insideHolder) * wideWords];
    }
    for (let n = 0; n < count; n++) {
      const row = this.#pending[n];
      const timeMs = kernel.times[n];
      let holder = kernel.holders[n];
      if (holder === undecided) {
        holder = this.#ports.holderAt(0, addresses, row << 2, 128, timeMs, kernel.ports[n]);
      }
      this.#take(behind, row, holder, timeMs, lines);
    }
  }

  /** No prefix is longer than a host: what the look-up without ports found stands where this one finds nothing. */
  #take(behind: InsideRows, row: number, holder: number, timeMs: number, lines: Int32Array): void {
    if (holder < insideHolder) setFound(lines, row, holder);
    else this.#lookBehind(behind, row, (holder - insideHolder) * wideWords, timeMs, lines);
  }

  /** Puts a row's inside address, at `at` among the wide keys, with those that are looked up together. */
  #lookBehind(behind: InsideRows, row: number, at: number, timeMs: number, lines: Int32Array): void {
    const wide = this.#wideKeys;
    const domain = wide[at + 4] >>> 8;
    if (domain !== 0) {
      setFound(lines, row, this.resolve(domain, wide, at, timeMs));
      return;
    }
    const n = behind.count++;
    for (let word = 0; word < 4; word++) behind.addresses[4 * n + word] = wide[at + word];
    behind.timesMs[n] = timeMs;
    behind.rows[n] = row;
  }

  #resolvePlain(
    addresses: Uint32Array,
    timesMs: Float64Array,
    first: number,
    end: number,
    lines: Int32Array,
  ): void {
    const kernel = this.#kernel;
    if (kernel === undefined) {
      for (let row = first; row < end; row++) lines[row] = this.resolve(0, addresses, row << 2, timesMs[row]);
      return;
    }
    if (this.#header[lengthsVersionWord] !== this.#lengthsVersion) this.#readLengths();
    const left = kernel.resolve(
      addresses,
      timesMs,
      first,
      end,
      lines,
      this.#lengths4,
      this.#lengths6,
      (row, length) => {
        const slot = this.#findWide(0, addresses, row << 2, length);
        return slot < 0 ? noLease : this.#lineOrOther(slot, timesMs[row]);
      },
    );
    if (left === 0) return;
    for (let row = first; row < end; row++) {
      if (lines[row] === undecided) lines[row] = this.resolve(0, addresses, row << 2, timesMs[row]);
    }
  }

  #lineOrOther(slot: number, timeMs: number): number {
    const line = this.lineAt(slot, timeMs);
    return line >= 0 ? line : otherTime;
  }

  /** Slot of the newest lease of a prefix that its record names itself, or -1. */
  #findRecord(kind: number, word0: number, word1: number, hash: number): number {
    const index = this.#index;
    const records = this.#records;
    const slotMask = this.#slotMask;
    const tag = (hash << this.#slotBits) | 0;
    for (let at = (hash * this.#scale) >>> 0; ;) {
      const bucket = index[at];
      if (bucket === 0) return -1;
      if (((bucket & ~slotMask) | 0) === tag) {
        const slot = (bucket & slotMask) - 1;
        const record = slot << shift;
        if (
          records[record + key0] === word0 &&
          records[record + key0 + 1] === word1 &&
          records[record + line0] >>> 24 === kind
        ) {
          return slot;
        }
      }
      if (++at === index.length) at = 0;
    }
  }

  /** Slot of the newest lease of a wide key, or -1; bits below the prefix length are passed over. */
  #findWide(domain: number, words: Uint32Array, wordOffset: number, prefixLength: number): number {
    const mask = 4 * prefixLength;
    const w0 = (words[wordOffset] & masks[mask]) >>> 0;
    const w1 = (words[wordOffset + 1] & masks[mask + 1]) >>> 0;
    const w2 = (words[wordOffset + 2] & masks[mask + 2]) >>> 0;
    const w3 = (words[wordOffset + 3] & masks[mask + 3]) >>> 0;
    const meta = (domain << 8) | prefixLength;
    const hash = hashWide(w0, w1, w2, w3, meta);
    const index = this.#index;
    const wide = this.#wideKeys;
    const slotMask = this.#slotMask;
    const tag = (hash << this.#slotBits) | 0;
    for (let at = (hash * this.#scale) >>> 0; ;) {
      const bucket = index[at];
      if (bucket === 0) return -1;
      if (((bucket & ~slotMask) | 0) === tag) {
        const slot = (bucket & slotMask) - 1;
        const record = slot << shift;
        const key = this.#records[record + key0] * wideWords;
        if (
          this.#records[record + line0] >>> 24 === KeyKind.wide &&
          wide[key] === w0 &&
          wide[key + 1] === w1 &&
          wide[key + 2] === w2 &&
          wide[key + 3] === w3 &&
          wide[key + 4] === meta
        ) {
          return slot;
        }
      }
      if (++at === index.length) at = 0;
    }
  }

  /**
   * Line of the lease that holds at `timeMs` in the chain from `slot` on, or -1.
   *
   * The lease with the latest start not after `timeMs` decides; empty leases are passed over.
   */
  lineAt(slot: number, timeMs: number): number {
    const records = this.#records;
    for (let at = slot << shift; ;) {
      const startMs = this.#floats[(at >>> 1) + start0];
      if (startMs <= timeMs) {
        const held = records[at + held0];
        if (held < long) {
          if (timeMs - startMs < held) return records[at + line0] & lineBits;
          if (held > 0) return -1;
        } else if (held === open || timeMs < this.#longEnds[held - long]) {
          return records[at + line0] & lineBits;
        } else return -1;
      }
      const older = records[at + older0];
      if (older === 0) return -1;
      at = (older - 1) << shift;
    }
  }

  #readLengths(): void {
    this.#lengthsVersion = this.#header[lengthsVersionWord];
    this.#lengths4 = lengthsOf(this.#header, lengths4Word);
    this.#lengths6 = lengthsOf(this.#header, lengths6Word);
    this.#ports.readHeader();
  }
}

/** What a look-up by ports found stands before what one without found, a reason only before a lesser one. */
function setFound(lines: Int32Array, row: number, line: number): void {
  if (line >= 0 || (line === otherTime && lines[row] === noLease)) lines[row] = line;
}

function isMappedAt(words: Uint32Array, at: number): boolean {
  return words[at + 2] === mapped && (words[at] | words[at + 1]) === 0;
}
