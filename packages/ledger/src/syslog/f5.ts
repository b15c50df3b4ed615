import type { Vendor, Written } from "./binding.ts";

const address = String.raw`(?:\w+=)?"?\s*([\da-fA-F.:]+?)(?:%\d+)?`;
const outside = String.raw`(?:\w+=)?"?\s*([\d.]+)(?:%\d+)?\s*:\s*`;
const block = new RegExp(
  String.raw`LSN_PB_(ALLOCATED|RELEASED)"?[",\s]*${address}"?[",\s]+${outside}(\d+)\s*-\s*(\d+)`,
);
const session = new RegExp(
  String.raw`LSN_(ADD|DELETE)"?[",\s]+(?:(?:\w+=)?"?(?:TCP|UDP|ICMP|\d+)"?[",\s]+)?${address}\s*:\s*\d+"?[",\s]+(?:\d+\s+)?${outside}(\d+)`,
);

/**
 * Port blocks and sessions of F5's BIG-IP CGNAT, in its own and in Splunk's format:
 * `"LSN_PB_ALLOCATED""10.10.10.1%0""5.5.5.9%0:10240-10255"`,
 * `lsn_event="LSN_PB_ALLOCATED",lsn_client="10.10.10.1",lsn_pb="5.5.5.9: 10240-10255"`. Route domains are left off.
 *
 * Source: BIG-IP CGNAT Implementations, PBA mode and CGNAT logging.
 */
export const f5: Vendor = {
  name: "f5",
  isOf: (text) => text.includes("LSN_"),
  read: ({ text }) => read(text),
};

function read(text: string): Written {
  const ofBlock = block.exec(text);
  if (ofBlock !== null) {
    const [, event, inside, out, first, last] = ofBlock;
    const kind = event === "ALLOCATED" ? "allocate" : "release";
    return [{ kind, inside, outside: out, first: Number(first), last: Number(last) }];
  }
  const ofSession = session.exec(text);
  if (ofSession !== null) {
    const [, event, inside, out, port] = ofSession;
    const first = Number(port);
    const kind = event === "ADD" ? "allocate" : "release";
    return [{ kind, inside, outside: out, first, last: first, isSession: true }];
  }
  return /LSN_(?:PB_(?:ALLOCATED|RELEASED)|ADD|DELETE)\b/.test(text)
    ? "the addresses and ports of the message cannot be read"
    : undefined;
}
