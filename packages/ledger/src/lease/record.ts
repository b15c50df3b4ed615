import { maxPortShapes } from "./port-set.ts";

/**
 * Layout of the ledger's memory, the same for the one that writes it and all that read it.
 *
 * A lease's record is eight words, half a cache line: what a look-up needs lies together. Times are whole milliseconds.
 */

/** Words of a record, and Float64s. */
export const recordShift = 3;
export const floatShift = 2;
/** Words 0 and 1: what names the prefix, by KeyKind. */
export const keyWord = 0;
/** Words 2 and 3: the start as a Float64, never changed; its place among Float64s. */
export const startFloat = 1;
/** Line in the lower 24 bits, KeyKind in the upper 8. */
export const lineWord = 4;
/** How long it is held: one word, so that no reader sees half of an end. */
export const heldWord = 5;
/** Slot + 1 of the lease of the same key with the next earlier start; 0: there is none. */
export const olderWord = 6;
/** What only the writer reads: see columns.ts. */
export const sourceWord = 7;

export const lineMask = 0xff_ffff;
/** A holder from here on is an inside address: this + its slot among the wide keys. Below: a line. */
export const insideHolder = 0x100_0000;
/** Times from here on are none of a lease: knowledge times have 43 bits (the year 2248). */
export const timesEnd = 2 ** 43;
/** `heldWord` of a lease without an end. */
export const heldOpen = 0xffff_ffff;
/** From here on `heldWord` is this + a slot of the long ends: the end itself as a Float64. Below: milliseconds, 46 days. */
export const heldLong = 0xf000_0000;

/**
 * Words of a wide key: four of the prefix, then routing domain and prefix length. A key of ports takes two: the second
 * has `portsWord` and the stride. An inside address lies among them as the prefix of its own.
 */
export const wideWords = 5;

/** Most leases: what look-ups read of them lies in the 4 GiB of one WebAssembly memory. */
export const maxLeases = 100_000_000;

/** Header: changes of more than one word that are begun or done; odd while one is under way. */
export const changesWord = 0;
/** Header: how often the sets of prefix lengths changed. */
export const lengthsVersionWord = 1;
/** Header: five words of bits, the prefix lengths of IPv4 leases; those of IPv6 leases after them. */
export const lengths4Word = 2;
export const lengths6Word = 7;
/** Header: prefix lengths of leases of ports, as the ten words from `lengths4Word` on. */
export const portLengths4Word = 16;
export const portLengths6Word = 21;
/** Header: how many shapes the port sets of leases have; two words a shape (`portShape`) from the second on. */
export const portShapesWord = 31;
export const firstShapeWord = 32;
export const headerWords = firstShapeWord + 2 * maxPortShapes;

/** A bucket of the index: the hash's lower bits above the slot + 1. */
export function slotBitsOf(capacity: number): number {
  return 32 - Math.clz32(capacity + 1);
}
/** Buckets for `capacity` leases on as many prefixes: three quarters full at most. */
export function bucketsOf(capacity: number): number {
  return Math.ceil((capacity * 4) / 3) + 1;
}
