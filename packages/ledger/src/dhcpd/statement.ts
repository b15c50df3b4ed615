import { wallTime } from "../time/wall.ts";
import type { TextLine } from "../file/lines.ts";

/** A word of a statement; one that stands in quotes is octets. */
export interface Word {
  readonly text: string;
  /** Of a quoted string, its escapes undone. */
  readonly octets?: Uint8Array;
}

/** `starts 4 2026/05/14 03:00:00;`, or the words before a brace. */
export interface Statement {
  readonly words: readonly Word[];
  readonly end: ";" | "{" | "}";
  /** Line on which it begins. */
  readonly line: number;
}

/** Words of one statement at the most; the others are left out. */
const maxWords = 64;

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8 };

/**
 * Cuts a lease file of ISC's dhcpd into statements, line by line: words, strings in quotes, `;`, braces, remarks.
 *
 * Memory: one statement. Outcomes: a quote that its line does not close says why; the statement is forgotten.
 * Source: dhcpd.leases(5).
 */
export class StatementReader {
  #words: Word[] = [];
  #line = 0;

  /** Whether a statement has begun and not ended. */
  get isWithin(): boolean {
    return this.#words.length > 0;
  }

  /** Forgets what has begun. */
  reset(): void {
    this.#words = [];
  }

  /** The statements that end on this line, or why it cannot be read. */
  read({ text, number }: TextLine): Statement[] | string {
    const found: Statement[] = [];
    const token = /\s+|#.*|"((?:[^"\\]|\\.)*)"|([;{}])|[^\s;{}"#]+|"/gsuy;
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      const [all, quoted, mark] = match;
      if (all === '"') {
        this.reset();
        return "a quote is not closed";
      }
      if (mark !== undefined) {
        const end = mark as Statement["end"];
        found.push({ words: this.#words, end, line: this.#words.length > 0 ? this.#line : number });
        this.#words = [];
      } else if (!/^[\s#]/.test(all)) {
        if (this.#words.length === 0) this.#line = number;
        if (this.#words.length < maxWords) this.#words.push(wordOf(all, quoted));
      }
    }
    return found;
  }
}

function wordOf(text: string, quoted: string | undefined): Word {
  return quoted === undefined ? { text } : { text: quoted, octets: unescape(quoted) };
}

/** Three octal digits are an octet; a backslash makes a letter a control character and anything else itself. */
function unescape(quoted: string): Uint8Array {
  if (!quoted.includes("\\")) return Buffer.from(quoted);
  const parts = quoted.match(/\\[0-7]{3}|\\.|[^\\]+/gsu) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (!part.startsWith("\\")) return Buffer.from(part);
      if (part.length === 4) return Buffer.of(Number.parseInt(part.slice(1), 8) & 255);
      const escaped = escapes[part[1]];
      return escaped === undefined ? Buffer.from(part.slice(1)) : Buffer.of(escaped);
    }),
  );
}

/** Octets of a string in quotes or of hex digits with colons, `1:0:5e:0:53:1`; nothing for another word. */
export function octetsOf(word: Word | undefined): Uint8Array {
  if (word === undefined) return new Uint8Array();
  if (word.octets !== undefined) return word.octets;
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(word.text)) return new Uint8Array();
  return Uint8Array.from(word.text.split(":"), (digits) => Number.parseInt(digits, 16));
}

/**
 * A date: `4 2026/05/14 03:00:00` in UTC, the day of the week not looked at; `epoch 1778468400`; `never`.
 *
 * Outcomes: milliseconds since 1970; Infinity; NaN for anything else.
 */
export function readDate(words: readonly Word[]): number {
  const [first, day, time] = words.map(({ text }) => text);
  if (first === "never") return Number.POSITIVE_INFINITY;
  if (first === "epoch") return /^\d{1,12}$/.test(day ?? "") ? Number(day) * 1000 : Number.NaN;
  const match = /^(\d{4})\/(\d{1,2})\/(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})$/.exec(`${day} ${time}`);
  if (match === null || !/^[0-6]$/.test(first ?? "")) return Number.NaN;
  const [year, month, date, hour, minute, second] = match.slice(1).map(Number);
  return wallTime(year, month, date, hour, minute, second);
}
