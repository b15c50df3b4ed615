/** A message longer than this is cut off (RFC 5424, 6.1 asks for 2,048 octets at least). */
export const maxMessageOctets = 65_536;

const newline = 0x0a;

/**
 * Takes syslog messages out of a TCP stream: by octet counting where a frame begins so (`123 <134>…`), else by line
 * feed.
 *
 * Bound: `maxMessageOctets` of a message wait. Outcomes: `push` returns the whole messages; `broken` when what came is
 * neither, or too long: the stream cannot be followed any more.
 * Source: RFC 6587, 3.4.
 */
export class SyslogFrames {
  #rest: Buffer = Buffer.alloc(0);
  broken = false;

  push(chunk: Buffer): string[] {
    const messages: string[] = [];
    if (this.broken) return messages;
    let octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (octets.length > 0) {
      const taken = take(octets);
      if (taken === undefined) break;
      if (taken.end < 0) {
        this.broken = true;
        break;
      }
      if (taken.message !== "") messages.push(taken.message);
      octets = octets.subarray(taken.end);
    }
    this.#rest = Buffer.from(octets);
    return messages;
  }
}

/** `end` -1: the stream cannot be followed; undefined: more has to come. */
type Taken = { readonly message: string; readonly end: number } | undefined;

const lost: Taken = { message: "", end: -1 };
/** Digits of the longest count, the space and the bracket that every message begins with. */
const longestHead = 7;

function take(octets: Buffer): Taken {
  const head = octets.toString("latin1", 0, longestHead);
  const count = /^([1-9]\d{0,4}) </.exec(head);
  if (count !== null) return counted(octets, Number(count[1]), count[0].length - 1);
  // Not yet told from a count.
  if (octets.length < longestHead && /^[1-9]\d{0,4} ?$/.test(head)) return undefined;
  const at = octets.indexOf(newline);
  if (at < 0) return octets.length > maxMessageOctets ? lost : undefined;
  return { message: octets.toString("utf8", 0, at).replace(/[\0\r]+$/, ""), end: at + 1 };
}

function counted(octets: Buffer, length: number, start: number): Taken {
  if (length > maxMessageOctets) return lost;
  if (octets.length < start + length) return undefined;
  return { message: octets.toString("utf8", start, start + length).trimEnd(), end: start + length };
}
