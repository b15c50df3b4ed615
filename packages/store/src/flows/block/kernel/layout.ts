/** Rows that the kernel takes at a time: so few that a column of them stays in the processor's first cache. */
export const passRows = 4096;

/** The kernel's memories by index: its own, a block's, and those in which the lines lie. */
export const own = 0;
export const block = 1;
export const nameEnds = 2;
export const names = 3;
export const access = 4;
export const lineClass = 5;

// Its own memory, in octets: rows of a column that is not in it, the lanes of a checksum, a set of lines for either end, and
// room for columns.
export const rowsAt = 0;
export const lanesAt = 16 * passRows;
const setsAt = lanesAt + 65_536;
/** 32 lines a pair of words: which of them are there, and how many lines are before them. A line has 24 bits. */
const setOctets = 8 * 2 ** 19;
export const setAt = (end: 0 | 1): number => setsAt + end * setOctets;
export const roomAt = setAt(1) + setOctets;
