import type { FileHandle } from "node:fs/promises";

/**
 * A window that slides over a file: what `need` asked for is contiguous in
 * `bytes` from `position`.
 *
 * Bounded: holds at most `capacity` octets, whatever the file's lengths say;
 * `need` never asks for more. `bytes` and `view` stay the same objects, their
 * contents change whenever `need` reads.
 */
export class FileWindow {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;
  #end = 0;
  #fileOffset = 0;
  #atEnd = false;
  readonly #file: FileHandle;

  constructor(file: FileHandle, capacity: number) {
    this.#file = file;
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Octets that can be had without reading. */
  get available(): number {
    return this.#end - this.position;
  }

  /** Octets of the file before `position`. */
  get fileOffset(): number {
    return this.#fileOffset - this.available;
  }

  /** Makes `octets` (at most the capacity) contiguous from `position`; false at the end of the file. */
  async need(octets: number): Promise<boolean> {
    if (octets > this.bytes.length)
      throw new RangeError(`need ${octets} of a window of ${this.bytes.length}`);
    if (octets <= this.available) return true;
    this.bytes.copyWithin(0, this.position, this.#end);
    this.#end -= this.position;
    this.position = 0;
    while (this.#end < octets && !this.#atEnd) {
      const { bytesRead } = await this.#file.read(
        this.bytes,
        this.#end,
        this.bytes.length - this.#end,
        this.#fileOffset,
      );
      if (bytesRead === 0) this.#atEnd = true;
      this.#end += bytesRead;
      this.#fileOffset += bytesRead;
    }
    return this.#end >= octets;
  }

  /** Moves past `octets`, however many; false where the file ends first. */
  async skip(octets: number): Promise<boolean> {
    if (octets <= this.available) {
      this.position += octets;
      return true;
    }
    const { size } = await this.#file.stat();
    const target = this.fileOffset + octets;
    this.position = 0;
    this.#end = 0;
    this.#fileOffset = Math.min(target, size);
    return target <= size;
  }
}
