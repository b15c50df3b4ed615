import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fileFault, LedgerFault } from "../fault/fault.ts";

/** A text line longer than this is not looked at. */
export const maxLineOctets = 65_536;

export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line break; "" for a line over maxLineOctets. */
  readonly text: string;
  readonly tooLong: boolean;
  /** Where the next line begins: octets of text from the file's beginning. */
  readonly end: number;
}

/** Where to read on: the octets of text and the lines that were read before. */
export interface LinePosition {
  readonly octets: number;
  readonly lines: number;
}

/** A position, and whether reading was cut off there: then a gzip file is unpacked up to it and read on. */
export interface ReadFrom extends LinePosition {
  readonly cut?: boolean | undefined;
}

/** A file with a NUL in its first octets is no text: an archive, a spreadsheet, a packet capture, UTF-16. */
const lookedForNul = 4096;

const newline = 0x0a;
const bom = Buffer.of(0xef, 0xbb, 0xbf);

function lineOf(number: number, octets: Buffer, end: number): TextLine {
  if (octets.length > maxLineOctets) return { number, text: "", tooLong: true, end };
  const hasReturn = octets.length > 0 && octets[octets.length - 1] === 0x0d;
  const from = number === 1 && octets.subarray(0, 3).equals(bom) ? 3 : 0;
  const text = octets.toString("utf8", from, octets.length - (hasReturn ? 1 : 0));
  return { number, text, tooLong: false, end };
}

/** Whether a file is packed by gzip (RFC 1952), by its first octets. Throws what reading the file throws. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The file's octets from `from`, or those of the text in a gzip file. */
async function octetsOf(path: string, from: ReadFrom): Promise<AsyncIterable<Buffer>> {
  const packed = await isGzip(path);
  if (packed && from.octets > 0 && from.cut !== true) return Readable.from([]);
  const start = packed ? 0 : from.octets;
  const octets = createReadStream(path, { highWaterMark: 1 << 18, start });
  if (!packed) return octets;
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  octets.on("error", (error) => unpacked.destroy(error));
  unpacked.on("close", () => octets.destroy());
  return without(octets.pipe(unpacked), from.octets);
}

/** The chunks but for their first octets. */
async function* without(chunks: AsyncIterable<Buffer>, octets: number): AsyncGenerator<Buffer> {
  let left = octets;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/**
 * Reads a text file as groups of lines; LF or CRLF, a byte order mark is passed over, a gzip file is unpacked.
 *
 * `from`: where to begin, the end of a line; of a gzip file that was read to its end before, nothing is read. Outcomes: `ended` is false for a last line that no
 * line break ends. Memory is bounded by the read size and maxLineOctets, whatever a gzip file says of itself. Throws
 * LedgerFault NO_SUCH_FILE, NOT_A_FILE, NO_PERMISSION, NOT_TEXT, BAD_GZIP.
 */
export async function* readLines(
  path: string,
  from: ReadFrom = { octets: 0, lines: 0 },
): AsyncGenerator<{ readonly lines: readonly TextLine[]; readonly ended: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  /** Octets of the line in `rest` that were let go. */
  let dropped = 0;
  let number = from.lines;
  let end = from.octets;
  let looked = from.octets;
  try {
    for await (const chunk of await octetsOf(path, from)) {
      const head = chunk.subarray(0, Math.max(0, lookedForNul - looked));
      looked += head.length;
      if (head.includes(0)) {
        throw new LedgerFault(
          "NOT_TEXT",
          `${path} is not a text file`,
          "unpack it, or save it as UTF-8 text",
        );
      }
      const octets = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: TextLine[] = [];
      let start = 0;
      for (let at = octets.indexOf(newline); at >= 0; at = octets.indexOf(newline, start)) {
        end += dropped + at + 1 - start;
        dropped = 0;
        lines.push(lineOf(++number, octets.subarray(start, at), end));
        start = at + 1;
      }
      // Of a line that is too long only so much is kept that it is known as such.
      rest = Buffer.from(octets.subarray(start, start + 2 * maxLineOctets));
      dropped += octets.length - start - rest.length;
      if (lines.length > 0) yield { lines, ended: true };
    }
  } catch (error) {
    throw fileFault(error, path);
  }
  if (rest.length > 0) yield { lines: [lineOf(++number, rest, end + dropped + rest.length)], ended: false };
}
