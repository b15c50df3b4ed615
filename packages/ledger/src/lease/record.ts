/**
 * Layout of the ledger's memory, the same for the one that writes it and all that read it.
 *
 * A lease's record is eight words, half a cache line: what a look-up needs lies together. Times are whole milliseconds.
 */

/** Words of a record. */
export const recordShift = 3;
/** Word 0 and 1: what names the prefix, by KeyKind. */
export const keyWord = 0;
/** Line in the lower 24 bits, KeyKind in the upper 8. */
export const lineWord = 2;
/** Slot + 1 of the lease of the same key with the next earlier start; 0: there is none. */
export const olderWord = 3;
/** Lower 32 bits of the start. */
export const startWord = 4;
/** Upper 12 bits of the start, and above them what only the writer reads: see columns.ts. */
export const startHighWord = 5;
/** How long it is held: one word, so that no reader sees half of an end. */
export const heldWord = 6;
/** Source, and the upper bits of the knowledge time; only the writer reads it. */
export const sourceWord = 7;

export const lineMask = 0xff_ffff;
/** Most lines that a record can name. */
export const maxLines = lineMask + 1;
/** Times from here on do not fit a record's 44 bits (the year 2527). */
export const timesEnd = 2 ** 44;
/** `heldWord` of a lease without an end. */
export const heldOpen = 0xffff_ffff;
/** From here on `heldWord` is this + a slot of the long ends: the end itself as a Float64. Below: milliseconds, 46 days. */
export const heldLong = 0xf000_0000;

/** Words of a wide key: four of the prefix, then routing domain and prefix length. */
export const wideWords = 5;

/** Most leases: their slots, beside a tag of five bits, fit a bucket of the index. */
export const maxLeases = 2 ** 27 - 2;

/** Header: changes of more than one word that are begun or done; odd while one is under way. */
export const changesWord = 0;
/** Header: how often the sets of prefix lengths changed. */
export const lengthsVersionWord = 1;
/** Header: five words of bits, the prefix lengths of IPv4 leases; those of IPv6 leases after them. */
export const lengths4Word = 2;
export const lengths6Word = 7;
export const headerWords = 16;

/** A bucket of the index: the hash's lower bits above the slot + 1. */
export function slotBitsOf(capacity: number): number {
  return 32 - Math.clz32(capacity + 1);
}
/** Buckets for `capacity` leases on as many prefixes: three quarters full at most. */
export function bucketsOf(capacity: number): number {
  return Math.ceil((capacity * 4) / 3) + 1;
}
