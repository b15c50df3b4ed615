import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { exchange } from "./exchange.ts";
import { mutateSets } from "./netflow.ts";

/** NetFlow v9: templates, options templates and data, by columns and by values. */
const netflow9: FuzzTarget = {
  name: "netflow9",
  framed: true,
  captures: "datagrams",
  accepts: (message) => message[0] === 0 && message[1] === 9,
  *seeds() {
    yield joinMessages([
      hex(
        "0009 0002 000007d0 5f5e1000 00000003 00000005 0000 0010 0100 0002 0008 0004 0001 0004 0100 000c c0000201 000005dc",
      ),
      hex(
        "0009 0001 000007d0 5f5e1000 00000004 00000005 0001 001a 0101 0004 000c 0001 0004 0030 0001 0022 0004 0031 0001 0000",
      ),
      hex("0009 0001 000007d0 5f5e1000 00000005 00000005 0101 000e 00000000 01 00000064 02"),
    ]);
  },
  run: (bytes) => exchange(splitMessages(bytes)),
  mutate: mutateSets,
};

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

export default netflow9;
