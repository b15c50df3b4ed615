import type { CaptureCounters } from "./counters.ts";
import { CaptureError } from "./error.ts";
import { type CapturedFrame, maxFrameOctets } from "./frame.ts";
import { TimestampUnit } from "./timestamp.ts";
import type { FileWindow } from "./window.ts";

/** Block types. Source: draft-ietf-opsawg-pcapng, section 11. */
const Block = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;

type Interface = { linkType: number; snapLength: number; unit: TimestampUnit };

/** Interfaces a section may describe; packets of any beyond are malformed blocks. */
const maxInterfaces = 4096;
/** A packet block: its own fields, the frame, and options that nobody here reads. */
const maxBlockHead = 32;

/**
 * Steps through the frames of a pcapng file, one `next` a frame: several
 * sections of either byte order, several interfaces with their own link type,
 * timestamp resolution and offset.
 *
 * Outcomes of `next`: true with `frame` filled, its octets valid until the next
 * call; false at the end. Blocks of other types are skipped. A block whose
 * length cannot be ends the reading (nothing tells where the next begins) and
 * is counted; so is a file cut inside a block.
 * Source: draft-ietf-opsawg-pcapng, section 4.
 */
export class PcapngFrames {
  readonly #window: FileWindow;
  readonly #counters: CaptureCounters;
  #littleEndian = true;
  #interfaces: Interface[] = [];
  #lastMs = 0;
  /** What is left of the last frame's block: padding, options and its length again. */
  #rest = 0;

  constructor(window: FileWindow, counters: CaptureCounters) {
    this.#window = window;
    this.#counters = counters;
  }

  async next(frame: CapturedFrame): Promise<boolean> {
    const window = this.#window;
    if (this.#rest > 0 && !(await window.skip(this.#rest))) return this.#cut();
    this.#rest = 0;
    for (;;) {
      if (!(await window.need(12))) {
        if (window.available > 0) this.#counters.truncatedFile = 1;
        return false;
      }
      const { view } = window;
      // The section header's type reads the same in both byte orders.
      const sectionStart = view.getUint32(window.position) === Block.sectionHeader;
      if (sectionStart && !this.#startSection()) return this.#lost();
      const type = view.getUint32(window.position, this.#littleEndian);
      const length = view.getUint32(window.position + 4, this.#littleEndian);
      if (length < 12 || length % 4 !== 0) return this.#lost();
      if (type === Block.interfaceDescription) {
        if (length > window.bytes.length) return this.#lost();
        if (!(await window.need(length))) return this.#cut();
        this.#describe(window.position, length);
        window.position += length;
        continue;
      }
      if (type === Block.enhancedPacket || type === Block.obsoletePacket || type === Block.simplePacket) {
        const outcome = await this.#packet(type, length, frame);
        if (outcome === "frame") return true;
        if (outcome === "cut") return this.#cut();
        continue;
      }
      if (!(await window.skip(length))) return this.#cut();
    }
  }

  #startSection(): boolean {
    const { view, position } = this.#window;
    const magic = view.getUint32(position + 8);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) return false;
    this.#littleEndian = magic === 0x4d3c2b1a;
    this.#interfaces = [];
    return true;
  }

  #describe(position: number, length: number): void {
    const { view } = this.#window;
    if (length < 20) {
      this.#counters.malformedBlocks++;
      return;
    }
    if (this.#interfaces.length === maxInterfaces) return;
    let resolution = 6;
    let offsetSeconds = 0;
    const end = position + length - 4;
    let at = position + 16;
    while (end - at >= 4) {
      const option = view.getUint16(at, this.#littleEndian);
      const octets = view.getUint16(at + 2, this.#littleEndian);
      at += 4;
      if (option === 0 || octets > end - at) break;
      if (option === 9 && octets >= 1) resolution = view.getUint8(at);
      if (option === 14 && octets >= 8) offsetSeconds = Number(view.getBigInt64(at, this.#littleEndian));
      at += (octets + 3) & ~3;
    }
    this.#interfaces.push({
      linkType: view.getUint16(position + 8, this.#littleEndian),
      snapLength: view.getUint32(position + 12, this.#littleEndian),
      unit: new TimestampUnit(resolution, offsetSeconds),
    });
  }

  /** Reads a packet block of `length` octets and leaves the window behind it. */
  async #packet(type: number, length: number, frame: CapturedFrame): Promise<"frame" | "none" | "cut"> {
    const window = this.#window;
    const simple = type === Block.simplePacket;
    const head = simple ? 12 : 28;
    if (length < head + 4) {
      this.#counters.malformedBlocks++;
      return (await window.skip(length)) ? "none" : "cut";
    }
    if (!(await window.need(Math.min(length, maxBlockHead)))) return "cut";
    const { view } = window;
    let at = window.position;
    const little = this.#littleEndian;
    let id = 0;
    if (type === Block.enhancedPacket) id = view.getUint32(at + 8, little);
    else if (type === Block.obsoletePacket) id = view.getUint16(at + 8, little);
    const described = this.#interfaces[id];
    const wireLength = view.getUint32(at + (simple ? 8 : 24), little);
    let captured = simple ? wireLength : view.getUint32(at + 20, little);
    if (simple && described !== undefined) {
      captured = Math.min(
        captured,
        length - 16,
        described.snapLength === 0 ? Infinity : described.snapLength,
      );
    }
    this.#counters.frames++;
    if (described === undefined || captured > length - head - 4) {
      this.#counters.malformedBlocks++;
      return (await window.skip(length)) ? "none" : "cut";
    }
    if (captured > maxFrameOctets) {
      this.#counters.oversizedFrames++;
      return (await window.skip(length)) ? "none" : "cut";
    }
    if (!(await window.need(head + captured))) {
      this.#counters.frames--;
      return "cut";
    }
    at = window.position;
    if (simple) this.#counters.framesWithoutTime++;
    else this.#lastMs = described.unit.toMs(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
    frame.arrivalMs = this.#lastMs;
    frame.linkType = described.linkType;
    frame.length = captured;
    frame.wireLength = wireLength;
    frame.offset = at + head;
    window.position += head + captured;
    this.#rest = length - head - captured;
    return "frame";
  }

  #cut(): boolean {
    this.#counters.truncatedFile = 1;
    return false;
  }

  #lost(): boolean {
    this.#counters.malformedBlocks++;
    return false;
  }
}

/** Errors: CaptureError where the file ends inside its first block. */
export async function openPcapng(window: FileWindow, counters: CaptureCounters): Promise<PcapngFrames> {
  if (!(await window.need(28))) {
    throw new CaptureError(
      "CAPTURE_CUT_HEADER",
      `capture file ends after ${window.available} octets, inside its section header`,
      String(window.available),
      "capture again or copy the file again; there is no frame in it",
    );
  }
  return new PcapngFrames(window, counters);
}
