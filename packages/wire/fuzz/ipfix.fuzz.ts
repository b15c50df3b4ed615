import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { exchange } from "./exchange.ts";
import { mutateSets } from "./netflow.ts";

/** IPFIX: templates, withdrawals, variable lengths and enterprise elements, by columns and by values. */
const ipfix: FuzzTarget = {
  name: "ipfix",
  framed: true,
  captures: "datagrams",
  accepts: (message) => message[0] === 0 && message[1] === 10,
  *seeds() {
    // A template with a reverse element and a variable length, and a record of it.
    yield joinMessages([
      hex(
        "000a 0044 5f5e1000 00000003 00000005 0002 0020 0100 0005 0008 0004 0052 ffff 0001 0004 8001 0004 00007279 0002 0004 0100 0014 c0000201 03616263 00000100 00000200 0000000",
      ),
    ]);
    // An options template with two scope fields, its record, and both withdrawn.
    yield joinMessages([
      hex(
        "000a 0048 5f5e1000 00000003 00000000 0003 001a 0101 0004 0002 0095 0004 012e 0008 0131 0004 0132 0004 0101 001c 00000005 0000000000000001 00000001 00000063 0000 0003 0008 0003 0000",
      ),
    ]);
  },
  // Over a stream withdrawals are obeyed, over UDP they are not.
  run: (bytes) => exchange(splitMessages(bytes), bytes.length % 2 === 1),
  mutate: mutateSets,
};

function hex(text: string): Uint8Array {
  const digits = text.replaceAll(" ", "");
  return Uint8Array.fromHex(digits.slice(0, digits.length & ~1));
}

export default ipfix;
