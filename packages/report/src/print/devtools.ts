/**
 * Chromium's own protocol over two pipes: JSON messages both ways, each ended by a NUL.
 * Source: Chrome DevTools Protocol, `--remote-debugging-pipe`.
 */
import type { Readable, Writable } from "node:stream";

/** What came of it, in a line: for the operator, not for a stack. */
export class PrintFault extends Error {}

type Answer = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: PrintFault) => void;
}

interface Message {
  readonly id?: number;
  readonly result?: Answer;
  readonly error?: { readonly message: string };
}

/** Longest message that is taken, octets: a PDF of hundreds of pages in base64 is less. */
const longestMessage = 256 << 20;

/** One connection. Whatever waits when it ends is told why it ended. */
export class DevTools {
  readonly #to: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #ended: PrintFault | null = null;
  #calls = 0;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(to: Writable, from: Readable) {
    this.#to = to;
    // A pipe whose other end went says no more than the end of the process does.
    to.on("error", () => {});
    from.on("error", () => {});
    from.on("data", (part: Buffer) => this.#take(part));
  }

  /** Outcomes: what Chromium answers; a PrintFault where it refuses, or has ended. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = ++this.#calls;
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#to.write(`${JSON.stringify(message)}\0`);
    });
  }

  /** Nothing more will come. */
  end(fault: PrintFault): void {
    this.#ended ??= fault;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  #take(part: Buffer): void {
    let from = 0;
    for (let at = part.indexOf(0); at >= 0; at = part.indexOf(0, from)) {
      this.#parts.push(part.subarray(from, at));
      this.#hear(Buffer.concat(this.#parts).toString("utf8"));
      this.#parts = [];
      this.#length = 0;
      from = at + 1;
    }
    this.#length += part.length - from;
    if (this.#length > longestMessage) {
      this.#parts = [];
      this.end(new PrintFault(`it wrote a message of more than ${longestMessage} octets`));
    } else this.#parts.push(part.subarray(from));
  }

  /** What is no message ends the connection: it is no Chromium that speaks. */
  #read(text: string): Message {
    try {
      return JSON.parse(text) as Message;
    } catch {
      this.end(new PrintFault("it wrote something that is no message of Chromium's protocol"));
      return {};
    }
  }

  #hear(text: string): void {
    const { id, result, error } = this.#read(text);
    // What has no number is news of a page, which nobody asked for.
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error !== undefined) waiting.reject(new PrintFault(error.message));
    else waiting.resolve(result ?? {});
  }
}
