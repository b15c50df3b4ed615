import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import type { Random } from "../../../scripts/fuzz/random.ts";
import { exchange } from "./exchange.ts";

/** Formats of samples and records, and the counts and types that steer the reading of them. */
const meant = [
  0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 16, 24, 32, 64, 128, 1001, 1002, 1003, 1004, 1005, 1006, 1010, 1031,
];

/** sFlow version 5: flow and counter samples, sampled headers, gateways, by columns and by values. */
const sflow5: FuzzTarget = {
  name: "sflow5",
  framed: true,
  captures: "datagrams",
  accepts: (message) => message[0] === 0 && message[1] === 0 && message[3] === 5,
  *seeds() {
    const head = [5, 1, 0xc0000201, 0, 1, 1000, 1];
    const sampled = [1, 1, 30, 1, 64, 4, 30, 0, 0, 0, 0, 0];
    const gateway = [1003, 40, 1, 0xc0000202, 64_500, 64_501, 64_502, 1, 2, 2, 64_503, 64_504];
    const body = [1, 1, 1000, 1, 0, 1, 2, 2, ...sampled.slice(0, 1), 48, ...sampled.slice(1), ...gateway];
    yield joinMessages([words([...head, 1, 4 * body.length, ...body])]);
    yield joinMessages([words([...head, 2, 20, 1, 1, 1, 5, 8, 1, 2])]);
  },
  run: (bytes) => exchange(splitMessages(bytes)),
  mutate: changeWord,
};

/** Puts a number that means something into one word, or takes out, adds or repeats a few. */
function changeWord(message: Uint8Array, random: Random): Uint8Array {
  const count = message.length >> 2;
  const at = 4 * random.below(count);
  if (count === 0) return message;
  const bytes = message.slice();
  const view = new DataView(bytes.buffer);
  switch (random.below(4)) {
    case 0:
    case 1:
      view.setUint32(at, random.pick(meant));
      return bytes;
    case 2: {
      const some = bytes.subarray(at, at + 4 * random.between(1, 16));
      return Uint8Array.from([...bytes.subarray(0, at), ...some, ...bytes.subarray(at)]).subarray(0, 65_535);
    }
    default:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 4 * random.between(1, 16))]);
  }
}

function words(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * numbers.length);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of numbers.entries()) view.setUint32(4 * index, number);
  return bytes;
}

export default sflow5;
