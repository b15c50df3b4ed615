import { createReadStream } from "node:fs";
import { fileFault, LedgerFault } from "../fault/fault.ts";

/** A text line longer than this is not looked at. */
export const maxLineOctets = 65_536;

export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line break; "" for a line over maxLineOctets. */
  readonly text: string;
  readonly tooLong: boolean;
}

/** A file with a NUL in its first octets is no text: an archive, a spreadsheet, a packet capture, UTF-16. */
const lookedForNul = 4096;

const newline = 0x0a;
const bom = Buffer.of(0xef, 0xbb, 0xbf);

function lineOf(number: number, octets: Buffer): TextLine {
  if (octets.length > maxLineOctets) return { number, text: "", tooLong: true };
  const hasReturn = octets.length > 0 && octets[octets.length - 1] === 0x0d;
  const from = number === 1 && octets.subarray(0, 3).equals(bom) ? 3 : 0;
  return { number, text: octets.toString("utf8", from, octets.length - (hasReturn ? 1 : 0)), tooLong: false };
}

/**
 * Reads a text file as groups of lines; LF or CRLF, a byte order mark is passed over.
 *
 * Outcomes: `ended` is false for a last line that no line break ends. Memory is bounded by the read size and
 * maxLineOctets. Throws LedgerFault NO_SUCH_FILE, NOT_A_FILE, NO_PERMISSION, NOT_TEXT.
 */
export async function* readLines(
  path: string,
): AsyncGenerator<{ readonly lines: readonly TextLine[]; readonly ended: boolean }> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let looked = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      const head = (chunk as Buffer).subarray(0, Math.max(0, lookedForNul - looked));
      looked += head.length;
      if (head.includes(0)) {
        throw new LedgerFault(
          "NOT_TEXT",
          `${path} is not a text file`,
          "unpack it, or save it as UTF-8 text",
        );
      }
      const octets = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      const lines: TextLine[] = [];
      let from = 0;
      for (let at = octets.indexOf(newline); at >= 0; at = octets.indexOf(newline, from)) {
        lines.push(lineOf(++number, octets.subarray(from, at)));
        from = at + 1;
      }
      // Of a line that is too long only so much is kept that it is known as such.
      rest = Buffer.from(octets.subarray(from, from + 2 * maxLineOctets));
      if (lines.length > 0) yield { lines, ended: true };
    }
  } catch (error) {
    throw fileFault(error, path);
  }
  if (rest.length > 0) yield { lines: [lineOf(++number, rest)], ended: false };
}
