import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importKeaLeases } from "../src/index.ts";
import { text } from "./import.ts";
import { importLeaseFile } from "./lease-file.ts";

/** Lease files of Kea's memfile backend. */
const kea: FuzzTarget = {
  name: "kea",
  framed: false,
  *seeds() {
    yield text(
      "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id",
      "192.0.2.1,00:00:5e:00:53:01,01:00:00:5e:00:53:01,100,1760000100,1,0,0,cpe,0,,0",
      '192.0.2.1,00:00:5e:00:53:01,,100,1760000150,1,0,0,cpe,0,{ "ISC": { "relay-agent-info": "0x0104686F77640202" } },0',
      "192.0.2.1,00:00:5e:00:53:02,,100,1760000200,1,0,0,,0,,0",
      "192.0.2.1,,,86400,1760086420,1,0,0,,1,,0",
      "192.0.2.2,00:00:5e:00:53:02,,4294967295,1760000200,1,0,0,a&#x2cb,0,,0",
      "192.0.2.2,00:00:5e:00:53:02,,0,1760000200,1,0,0,,2,,0",
    );
    yield text(
      "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id",
      '2001:db8::5,00:03:00:01:00:00:5e:00:53:01,3600,1760003600,1,1800,0,7,128,0,0,,,0,{ "ISC": { "relay-info": [ { "hop": 0&#x2c "options": "0x00120008706F727431323334" } ] } },1,0,0',
      "2001:db8:100::,00:03:00:01:00:00:5e:00:53:01,3600,1760003600,1,1800,2,9,56,0,0,,,0,,,,0",
    );
  },
  run: (bytes) => importLeaseFile(bytes, importKeaLeases, { lineFrom: ["circuit-id", "duid", "hwaddr"] }),
  words: [
    text("192.0.2.1,00:00:5e:00:53:01,,100,1760000160,1,0,0,,0,,0"),
    text("192.0.2.1,,,100,1760000120,1,0,0,,1,,0"),
    text(",,,,,"),
    new TextEncoder().encode("&#x2c"),
    new TextEncoder().encode("4294967295"),
    new TextEncoder().encode('{"ISC":{"relay-info":[{}]}}'),
    new TextEncoder().encode('{"ISC":{"relays":[null,1,{"options":"0x0012ffff"}]}}'),
  ],
};

export default kea;
