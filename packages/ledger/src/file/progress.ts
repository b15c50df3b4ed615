import { createHash } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
import { fileFault } from "../fault/fault.ts";
import { isGzip } from "./lines.ts";
import type { LinePosition } from "./lines.ts";

/** How far a file was read, and how to know it again, under whatever name. Holds nothing of what the file says. */
export interface FileProgress extends LinePosition {
  /** A gzip file, which does not grow. */
  readonly packed: boolean;
  /** Reading was cut off there: the file goes on. */
  readonly cut?: true;
  /** Length and time of change of a file that has to be the very same, since such files are written anew. */
  readonly same?: { readonly octets: number; readonly changedMs: number };
  /** SHA-256 of the first `headOctets`. */
  readonly headOctets: number;
  readonly head: string;
  /** SHA-256 of the last octets, as many as the head's, before `tailEnd`. */
  readonly tailEnd: number;
  readonly tail: string;
  /** Column names as the file has them, where it begins with such; empty where it has none. */
  readonly header?: readonly string[];
}

const sampleOctets = 4096;

async function digest(file: FileHandle, start: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex");
}

/** What else is to be kept of a file. */
export interface ProgressDetails {
  readonly header?: readonly string[] | undefined;
  /** Reading goes on: this is a checkpoint. */
  readonly cut?: boolean;
  /** Files of this kind are written anew rather than added to. */
  readonly rewritten?: boolean;
}

/** What is to be kept of a file that was read up to `position`. Throws LedgerFault as readLines. */
export async function progressOf(
  path: string,
  position: LinePosition,
  { header, cut = false, rewritten = false }: ProgressDetails = {},
): Promise<FileProgress> {
  try {
    const packed = await isGzip(path);
    const file = await open(path, "r");
    try {
      const { size, mtimeMs } = await file.stat();
      const tailEnd = packed ? size : Math.min(size, position.octets);
      const headOctets = Math.min(sampleOctets, tailEnd);
      const head = await digest(file, 0, headOctets);
      const tail = await digest(file, tailEnd - headOctets, headOctets);
      const { octets, lines } = position;
      return {
        octets,
        lines,
        packed,
        headOctets,
        head,
        tailEnd,
        tail,
        ...(header === undefined ? {} : { header }),
        ...(cut ? { cut } : {}),
        ...(rewritten ? { same: { octets: size, changedMs: mtimeMs } } : {}),
      };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFault(error, path);
  }
}

/**
 * Which of `known` the file is: the one that was read furthest, of those whose beginning and whose end as far as it was read
 * are the file's. Undefined: the file is new, or was written anew. Throws LedgerFault as readLines.
 */
export async function findProgress(
  path: string,
  known: readonly FileProgress[],
): Promise<FileProgress | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    const file = await open(path, "r");
    const heads = new Map<number, string>();
    try {
      for (const progress of known.toSorted((a, b) => b.tailEnd - a.tailEnd)) {
        const { headOctets, tailEnd, packed, same } = progress;
        if (same !== undefined && (same.octets !== size || same.changedMs !== mtimeMs)) continue;
        if (packed ? tailEnd !== size : tailEnd > size) continue;
        if (!isSample(progress)) continue;
        const head = heads.get(headOctets) ?? (await digest(file, 0, headOctets));
        heads.set(headOctets, head);
        if (head !== progress.head) continue;
        if ((await digest(file, tailEnd - headOctets, headOctets)) === progress.tail) return progress;
      }
    } finally {
      await file.close();
    }
    return undefined;
  } catch (error) {
    throw fileFault(error, path);
  }
}

/** Progress comes from a file that anybody could have written into. */
function isSample({ headOctets, tailEnd }: FileProgress): boolean {
  return (
    Number.isInteger(headOctets) && headOctets > 0 && headOctets <= sampleOctets && headOctets <= tailEnd
  );
}
