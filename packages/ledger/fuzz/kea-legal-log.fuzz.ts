import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importKeaLegalLog } from "../src/index.ts";
import { text } from "./import.ts";
import { importLeaseFile } from "./lease-file.ts";

/** Forensic logs of Kea. */
const keaLegalLog: FuzzTarget = {
  name: "kea-legal-log",
  framed: false,
  *seeds() {
    yield text(
      "2025-10-09 09:00:00 UTC Address: 192.0.2.1 has been assigned for 1 hrs 52 min 15 secs to a device with hardware address: hwtype=1 00:00:5e:00:53:01, client-id: 01:02 connected via relay at address: 192.0.2.33, identified by circuit-id: 68:6f:77 (how) and remote-id: 87:f6",
      "2025-10-09 10:00:00 JST Address: 192.0.2.1 has been released from a device with hardware address: hwtype=1 00:00:5e:00:53:01",
      "2025-10-09 10:00:00 +0900 Prefix: 2001:db8:1::/56 has been renewed for 1 days 0 hrs 0 mins 0 secs to a device with DUID: 17:34 and hardware address: hwtype=1 00:00:5e:00:53:01 (from Raw Socket), connected at location interface-id: 65",
      "2025-10-09 10:00:00 UTC Administrator added a lease of address: 192.0.2.1 to a device with hardware address: 1a:1b for 0 hrs 0 mins 9 secs, context: {}",
      "2025-10-09 10:00:00 UTC HA partner deleted the lease for address: 192.0.2.1",
    );
    yield text(
      "timestamp,address,log",
      '2025-10-09 10:00:00,192.0.2.1,"Address: 192.0.2.1 has been assigned for 600 seconds to a device with hardware address: hwtype=1 02"',
    );
  },
  run: (bytes) => importLeaseFile(bytes, importKeaLegalLog, { lineFrom: ["circuit-id", "duid", "hwaddr"] }),
  words: [
    text(" (how)"),
    text("infinite duration"),
    text(" for 9 seconds"),
    text("2025-10-09 10:30:00 CET Address: "),
  ],
};

export default keaLegalLog;
