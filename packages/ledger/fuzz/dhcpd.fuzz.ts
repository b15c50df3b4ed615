import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importDhcpdLeases } from "../src/index.ts";
import { text } from "./import.ts";
import { importLeaseFile } from "./lease-file.ts";

/** Lease files of ISC's dhcpd. */
const dhcpd: FuzzTarget = {
  name: "dhcpd",
  framed: false,
  *seeds() {
    yield text(
      "authoring-byte-order little-endian;",
      "lease 192.0.2.7 {",
      "  starts 4 2026/05/14 03:00:00;",
      "  ends 4 2026/05/14 04:00:00;",
      "  binding state active;",
      "  hardware ethernet 00:00:5e:00:53:01;",
      '  uid "\\001\\000\\000^\\000S\\001";',
      '  option agent.circuit-id "eth 1/2";',
      "}",
      "lease 192.0.2.7 {",
      "  starts epoch 1778731200; # a remark",
      "  ends 4 2026/05/14 03:30:00;",
      "  binding state free;",
      "  hardware ethernet 00:00:5e:00:53:01;",
      "}",
    );
    yield text(
      'ia-na "\\001\\000\\000\\000\\000\\003\\000\\001" {',
      "  cltt 4 2026/05/14 03:00:00;",
      "  iaaddr 2001:db8::7 {",
      "    binding state active;",
      "    ends never;",
      "    on expiry { set x = 1; }",
      "  }",
      "  iaprefix 2001:db8:7::/48 { binding state released; ends epoch 1778731200; }",
      "}",
    );
  },
  run: (bytes) => importLeaseFile(bytes, importDhcpdLeases, { lineFrom: ["circuit-id", "duid", "hwaddr"] }),
  words: [
    text("}"),
    text("{"),
    text("binding state abandoned;"),
    text("lease 192.0.2.7 {"),
    text('"'),
    text("ends never;"),
    text("starts never;"),
    text("starts 4 2026/05/14 03:15:00;"),
  ],
};

export default dhcpd;
