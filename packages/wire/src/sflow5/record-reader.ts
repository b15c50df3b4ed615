import { formatAddress } from "../address/format.ts";
import { hostIsLittleEndian, mappedWord } from "../address/word.ts";
import type { PacketFields } from "../frame/describe.ts";

/** A value as the generic reader gives it: 64-bit integers past 2^53, addresses and octet arrays are text; a packet inside a tunnel is an object. */
export type Sflow5Value = number | string | readonly Sflow5Value[] | PacketFields;

const words = new Uint32Array(4);

/**
 * Reads fields one after the other from [position, end). A read that would
 * pass the end returns null and leaves nothing more to read: `cut` says so.
 */
export class RecordReader {
  readonly view: DataView;
  position: number;
  readonly end: number;
  cut = false;

  constructor(view: DataView, position: number, end: number) {
    this.view = view;
    this.position = position;
    this.end = end;
  }

  /** Moves past `octets` and returns where they began; -1 where they are not there. */
  take(octets: number): number {
    if (octets > this.end - this.position) {
      this.cut = true;
      this.position = this.end;
      return -1;
    }
    const at = this.position;
    this.position += octets;
    return at;
  }

  unsigned32(): number | null {
    const at = this.take(4);
    return at < 0 ? null : this.view.getUint32(at);
  }

  unsigned64(): Sflow5Value | null {
    const at = this.take(8);
    if (at < 0) return null;
    const value = this.view.getBigUint64(at);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  }

  /** NaN and the infinities are text, which JSON could not carry as numbers. */
  float32(): Sflow5Value | null {
    const at = this.take(4);
    if (at < 0) return null;
    const value = this.view.getFloat32(at);
    return Number.isFinite(value) ? value : String(value);
  }

  hex(octets: number): string | null {
    const at = this.take(octets);
    return at < 0 ? null : hexText(this.view, at, octets);
  }

  /** A MAC address in the two words that XDR gives it. */
  macAddress(): string | null {
    const at = this.take(8);
    return at < 0 ? null : macText(this.view, at);
  }

  /** XDR string: length, octets, padding to four; invalid UTF-8 is replaced. */
  text(): string | null {
    const length = this.unsigned32();
    if (length === null) return null;
    const at = this.take(length);
    if (at < 0) return null;
    this.position = Math.min(this.end, this.position + ((4 - (length & 3)) & 3));
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + at, length));
  }

  address(octets: 4 | 16): string | null {
    const at = this.take(octets);
    return at < 0 ? null : addressText(this.view, at, octets);
  }
}

export function addressText(view: DataView, position: number, octets: number): string {
  if (octets === 4) {
    words[0] = 0;
    words[1] = 0;
    words[2] = mappedWord;
    words[3] = view.getUint32(position, hostIsLittleEndian);
  } else {
    for (let word = 0; word < 4; word++) {
      words[word] = view.getUint32(position + 4 * word, hostIsLittleEndian);
    }
  }
  return formatAddress(words, 0);
}

export function macText(view: DataView, position: number): string {
  const parts: string[] = [];
  for (let octet = 0; octet < 6; octet++) {
    parts.push(
      view
        .getUint8(position + octet)
        .toString(16)
        .padStart(2, "0"),
    );
  }
  return parts.join(":");
}

export function hexText(view: DataView, position: number, octets: number): string {
  return new Uint8Array(view.buffer, view.byteOffset + position, octets).toHex();
}
