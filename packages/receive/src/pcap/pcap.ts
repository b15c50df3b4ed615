import type { CaptureCounters } from "./counters.ts";
import { CaptureError } from "./error.ts";
import type { CapturedFrame } from "./frame.ts";
import { maxFrameOctets } from "./frame.ts";
import type { FileWindow } from "./window.ts";

/**
 * Steps through the frames of a classic capture file, one `next` a frame.
 *
 * Outcomes of `next`: true with `frame` filled, its octets valid until the next
 * call; false at the end. A file cut inside a frame is counted, and a frame
 * with an absurd length is counted and skipped.
 * Source: draft-ietf-opsawg-pcap; the magic number tells byte order and unit.
 */
export class PcapFrames {
  readonly #window: FileWindow;
  readonly #counters: CaptureCounters;
  readonly #littleEndian: boolean;
  readonly #fractionsPerMs: number;
  readonly #linkType: number;

  private constructor(
    window: FileWindow,
    counters: CaptureCounters,
    littleEndian: boolean,
    nanoseconds: boolean,
  ) {
    this.#window = window;
    this.#counters = counters;
    this.#littleEndian = littleEndian;
    this.#fractionsPerMs = nanoseconds ? 1_000_000 : 1000;
    // The upper bits of the field are about frame check sequences.
    this.#linkType = window.view.getUint32(window.position + 20, littleEndian) & 0xffff;
    window.position += 24;
  }

  /** Errors: CaptureError where the file ends inside its header. */
  static async open(
    window: FileWindow,
    counters: CaptureCounters,
    littleEndian: boolean,
    nanoseconds: boolean,
  ): Promise<PcapFrames> {
    if (!(await window.need(24))) {
      throw new CaptureError(
        "CAPTURE_CUT_HEADER",
        `capture file ends after ${window.available} octets, inside its header of 24`,
        String(window.available),
        "capture again or copy the file again; there is no frame in it",
      );
    }
    return new PcapFrames(window, counters, littleEndian, nanoseconds);
  }

  async next(frame: CapturedFrame): Promise<boolean> {
    const window = this.#window;
    for (;;) {
      // Waiting only where the window has run dry keeps promises out of most frames.
      if (window.available < 16 && !(await window.need(16))) {
        if (window.available > 0) this.#counters.truncatedFile = 1;
        return false;
      }
      const { view, position } = window;
      const seconds = view.getUint32(position, this.#littleEndian);
      const fraction = view.getUint32(position + 4, this.#littleEndian);
      const length = view.getUint32(position + 8, this.#littleEndian);
      const wireLength = view.getUint32(position + 12, this.#littleEndian);
      window.position += 16;
      if (length > maxFrameOctets) {
        this.#counters.frames++;
        this.#counters.oversizedFrames++;
        if (await window.skip(length)) continue;
        this.#counters.truncatedFile = 1;
        return false;
      }
      if (window.available < length && !(await window.need(length))) {
        this.#counters.truncatedFile = 1;
        return false;
      }
      this.#counters.frames++;
      frame.arrivalMs = seconds * 1000 + fraction / this.#fractionsPerMs;
      frame.linkType = this.#linkType;
      frame.offset = window.position;
      frame.length = length;
      frame.wireLength = wireLength;
      window.position += length;
      return true;
    }
  }
}
