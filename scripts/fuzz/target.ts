import type { Random } from "./random.ts";

/**
 * One decoder under fuzz: a module `packages/<package>/fuzz/<name>.fuzz.ts` exports one as its default.
 *
 * An input is octets. Where `framed`, they are a row of messages, each behind its length in two octets, so that what
 * one message teaches is there for the next; else they are one piece, such as a file.
 */
export type FuzzTarget = {
  readonly name: string;
  readonly framed: boolean;
  /** Inputs to begin with, besides the committed corpus and the captures. */
  seeds(): Iterable<Uint8Array>;
  /** Which recorded material is a seed too: datagrams of which `accepts` is true, or whole capture files. */
  readonly captures?: "datagrams" | "files";
  accepts?(message: Uint8Array): boolean;
  /**
   * Runs the decoder on an input; throws where it broke a promise.
   *
   * Returns what came out, in words: an input that gives a word not seen before is kept and mutated further. What it
   * returns and whether it throws hang on the input alone.
   */
  run(bytes: Uint8Array): readonly string[] | Promise<readonly string[]>;
  /** Changes one message by its own structure: sets, templates, samples. */
  mutate?(message: Uint8Array, random: Random): Uint8Array;
  /** Octets that mean something to this decoder. */
  readonly words?: readonly Uint8Array[];
};

/** No input is longer: four of the largest datagrams. */
export const maxInputOctets = 262_144;

/** The messages of a framed input; of a last one that is cut, what is there. */
export function splitMessages(input: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let at = 0;
  while (input.length - at >= 2) {
    const length = input[at] * 256 + input[at + 1];
    messages.push(input.subarray(at + 2, Math.min(at + 2 + length, input.length)));
    at += 2 + length;
  }
  return messages;
}

/** The framed input of `messages`, each cut at 65,535 octets; what would pass the limit is left out. */
export function joinMessages(messages: readonly Uint8Array[]): Uint8Array {
  const kept: Uint8Array[] = [];
  let total = 0;
  for (const message of messages) {
    const cut = message.subarray(0, 0xffff);
    if (total + 2 + cut.length > maxInputOctets) break;
    total += 2 + cut.length;
    kept.push(cut);
  }
  const input = new Uint8Array(total);
  let at = 0;
  for (const message of kept) {
    input[at] = message.length >> 8;
    input[at + 1] = message.length & 255;
    input.set(message, at + 2);
    at += 2 + message.length;
  }
  return input;
}

/** An input of `target` made of parts: its messages, or one piece. */
export function inputOf(target: FuzzTarget, parts: readonly Uint8Array[]): Uint8Array {
  return target.framed
    ? joinMessages(parts)
    : new Uint8Array(Buffer.concat(parts).subarray(0, maxInputOctets));
}

/** The parts of an input: the inverse of `inputOf`. */
export function partsOf(target: FuzzTarget, input: Uint8Array): Uint8Array[] {
  return target.framed ? splitMessages(input) : [input];
}
