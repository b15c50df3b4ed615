import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importGatewayRecords } from "../src/index.ts";
import { text } from "./import.ts";
import { importLeaseFile } from "./lease-file.ts";

/** Charging records of mobile gateways. */
const gateway: FuzzTarget = {
  name: "gateway",
  framed: false,
  *seeds() {
    yield text(
      "servedMSISDN,recordOpeningTime,duration,servedPDPPDNAddress,dataVolumeFBCUplink,dataVolumeFBCDownlink,chargingID",
      "819000000001,251009180000+0900,600,192.0.2.1,100,200,1",
      "+81 90-0000-0001,2025-10-09T09:10:00Z,600,192.0.2.1,100,200,2",
      "819000000002,1760001600,00:10:00,192.0.2.1 2001:db8::1,1,2,3",
      "819000000003,1760001600,60,,0,0,3",
    );
    yield text(
      "Session-Id;Subscription-Id-Data;Event-Timestamp;CC-Time;CC-Input-Octets;CC-Output-Octets",
      's1;819000000001;"1760001600";60;5;7',
    );
  },
  run: (bytes) =>
    importLeaseFile(bytes, (file, { known, knownMs, onLease, from }) =>
      importGatewayRecords(file, {
        timeZone: "Asia/Tokyo",
        known,
        knownMs,
        onLease,
        from,
        lineOf: (number) => (number.endsWith("9") ? undefined : number),
        onUsage: ({ octetsIn, octetsOut, startMs, endMs }) =>
          octetsIn + octetsOut > 0 && startMs <= endMs ? undefined : "no usage",
      }),
    ),
  words: [
    text("819000000001,251009180500+0900,60,192.0.2.1,9,9,4"),
    text("2001:db8::/200"),
    text("99:99:99"),
    text("9007199254740993"),
    text(",,,,,,"),
  ],
};

export default gateway;
