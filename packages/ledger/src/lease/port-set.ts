import type { PortSet } from "./event.ts";

/** Every port there is, and transports without ports: what a lease without a port set holds. */
export const everyPort: PortSet = { first: 0, last: 0xffff, stride: 0 };

/**
 * A port set in the one way in which the ledger writes it; undefined for one that is none.
 *
 * A stride that leads past port 65535 at once is none. The ranges of a set do not overlap, and none lies across a
 * multiple of the stride: so do the port sets of RFC 7597, 5.1.
 */
export function portSetOf({ first, last, stride }: PortSet): PortSet | undefined {
  if (![first, last, stride].every((port) => Number.isInteger(port) && port >= 0 && port <= 0xffff)) {
    return undefined;
  }
  if (last < first) return undefined;
  if (stride === 0 || first + stride > 0xffff) return { first, last, stride: 0 };
  if (stride === last - first + 1) return { first, last: 0xffff, stride: 0 };
  return (first % stride) + (last - first) < stride ? { first, last, stride } : undefined;
}

export function isEveryPort({ first, last }: PortSet): boolean {
  return first === 0 && last === 0xffff;
}

/** First and last port in one word, the form in which records and keys have them. */
export function portsWord({ first, last }: PortSet): number {
  return (first | (last << 16)) >>> 0;
}

export function portSetFrom(word: number, stride: number): PortSet {
  return { first: word & 0xffff, last: word >>> 16, stride };
}

/** `1024-2047`, `1024`, `4112-4127/4096` (the same every 4096 ports). */
export function formatPorts({ first, last, stride }: PortSet): string {
  const range = first === last ? `${first}` : `${first}-${last}`;
  return stride === 0 ? range : `${range}/${stride}`;
}

/** Most shapes that the port sets of a ledger may have: each is a look-up. */
export const maxPortShapes = 128;

/**
 * What port sets that a device hands out have in common: with it, a port tells the set that it is in. Two words.
 *
 * Shape: in the first, octets from below: ports of a range less one (16 bits), and where the first range of the grid begins (16 bits, the
 * phase). In the second: the stride (16 bits), and how many strides in the first range lies (16 bits).
 */
export function portShape({ first, last, stride }: PortSet): [number, number] {
  const size = last - first + 1;
  const place = stride === 0 ? first : first % stride;
  const phase = place % size;
  const base = stride === 0 ? 0 : Math.floor(first / stride);
  return [((size - 1) | (phase << 16)) >>> 0, (stride | (base << 16)) >>> 0];
}

/** First port of the set of this shape that `port` is in; -1 where there is none. Allocates nothing. */
export function firstPortOf(shape0: number, shape1: number, port: number): number {
  const size = (shape0 & 0xffff) + 1;
  const phase = shape0 >>> 16;
  const stride = shape1 & 0xffff;
  const place = stride === 0 ? port : port % stride;
  if (place < phase) return -1;
  const start = place - ((place - phase) % size);
  if (start + size > (stride === 0 ? 0x1_0000 : stride)) return -1;
  const first = (shape1 >>> 16) * stride + start;
  return port < first ? -1 : first;
}
