import { type FuzzTarget, joinMessages, splitMessages } from "../../../scripts/fuzz/target.ts";
import { exchange } from "./exchange.ts";

/** Octets of header and record of the versions that have no templates. */
const layouts = [
  { version: 1, header: 16, record: 48 },
  { version: 5, header: 24, record: 48 },
  { version: 6, header: 24, record: 52 },
  { version: 7, header: 24, record: 52 },
];

/** NetFlow v1, v5, v6 and v7, by columns and by values. */
const netflow5: FuzzTarget = {
  name: "netflow5",
  framed: true,
  captures: "datagrams",
  accepts: (message) => message[0] === 0 && layouts.some(({ version }) => version === message[1]),
  *seeds() {
    for (const { version, header, record } of layouts) {
      for (const told of [2, 0, 3, 65_535]) {
        const message = Uint8Array.from({ length: header + 2 * record }, (_, at) => (at * 7) & 255);
        new DataView(message.buffer).setUint16(0, version);
        new DataView(message.buffer).setUint16(2, told);
        yield joinMessages([message, message.subarray(0, message.length - 9)]);
      }
    }
  },
  run: (bytes) => exchange(splitMessages(bytes)),
};

export default netflow5;
