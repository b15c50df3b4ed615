import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importRadiusDetail } from "../src/index.ts";
import { importOctets, text } from "./import.ts";

/** Files of FreeRADIUS's detail module. */
const detail: FuzzTarget = {
  name: "detail",
  framed: false,
  *seeds() {
    yield text(
      "Sun Feb  1 12:00:00 2026",
      "\tPacket-Type = Accounting-Request",
      "\tAcct-Status-Type = Start",
      '\tUser-Name = "line\\0551"',
      '\tAcct-Session-Id = "s1"',
      "\tFramed-IP-Address = 192.0.2.1",
      "\tDelegated-IPv6-Prefix = 2001:db8::/56",
      '\tFramed-Route = "198.51.100.0/24 0.0.0.0 1"',
      '\tEvent-Timestamp = "Feb  1 2026 12:00:00 JST"',
      "\tAcct-Delay-Time = 3",
      "\tNAS-IP-Address = 203.0.113.1",
      "\tClass = 0x6c696e65",
      "\tTimestamp = 1769914800",
      "",
    );
  },
  run: (bytes) =>
    importOctets(bytes, (file, hand) =>
      importRadiusDetail(file, { knownMs: 1_770_000_000_000, onEvent: hand }),
    ),
  words: [
    text("", "Sun Feb  1 12:00:00 2026"),
    text("\tAcct-Status-Type = Stop"),
    text("\tAcct-Status-Type = Accounting-On"),
    text("\tTimestamp = 99999999999"),
    text('\tUser-Name = "\\'),
    text("\tFramed-IP-Address = 0.0.0.0/33"),
    text("\t = "),
  ],
};

export default detail;
