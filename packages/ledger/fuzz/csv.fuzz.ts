import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importLeasesCsv, importLinesCsv } from "../src/index.ts";
import { importOctets, text } from "./import.ts";

/** Lists of leases and of lines as CSV: each file is read as both. */
const csv: FuzzTarget = {
  name: "csv",
  framed: false,
  *seeds() {
    yield text(
      "address,start,end,line",
      "192.0.2.1,2026-01-01T00:00:00Z,,a",
      '"2001:db8::/56",,"1767225600","b ""c"""',
    );
    yield text("line,class,access,plan,region,tags", "a,residential,ftth,1G,tokyo,x;y", "b,business,fwa,,,");
    yield text("192.0.2.0/24,2026-01-01 00:00:00,2026-02-01 00:00:00,a,vrf1", "# a remark", "", ",,,");
  },
  async run(bytes) {
    const options = { timeZone: "Asia/Tokyo", knownMs: 1_770_000_000_000 };
    const leases = await importOctets(bytes, (file, hand) =>
      importLeasesCsv(file, { ...options, onEvent: hand }),
    );
    const lines = await importOctets(bytes, (file, hand) =>
      importLinesCsv(file, { ...options, onLine: hand }),
    );
    return [...leases, ...lines];
  },
  words: [
    text('"'),
    text('""'),
    text(",,,,"),
    text("192.0.2.1/24,,,a"),
    text("#"),
    Uint8Array.of(0xc3),
    Uint8Array.of(0),
  ],
};

export default csv;
