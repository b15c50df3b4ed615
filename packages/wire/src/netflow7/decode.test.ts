import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../address/format.ts";
import { Decoder } from "../decode/decoder.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";

const addresses = "c0000201 c6336402 00000000";
const counts = "0009 000a 00000003 000000c8 00000fa0 00001388 01bb c350";
const records: Record<number, string> = {
  1: `${addresses} ${counts} 0000 06 28 1b 000000 00000000 00000000`,
  6: `${addresses} ${counts} 00 1b 06 28 fbf4 fc00 18 10 0000 00000000`,
  7: `${addresses} ${counts} 00 1b 06 28 fbf4 fc00 18 10 0000 c0000209`,
};
const fixedHeader = "0001 00002710 5f5e1000 00000000";

for (const version of [1, 6, 7]) {
  test(`a NetFlow v${version} record becomes a row`, () => {
    const rest = version === 1 ? "" : "0000002a 00000000";
    const hex = `000${version} ${fixedHeader} ${rest} ${records[version]}`.replaceAll(" ", "");
    const bytes = new Uint8Array(Buffer.from(hex, "hex"));
    const batch = new FlowBatch(4);
    const outcome = new Decoder().decode(
      bytes,
      new DataView(bytes.buffer),
      0,
      bytes.length,
      new Exporter("192.0.2.1", 0),
      0,
      batch,
    );
    assert.equal(outcome.status, "decoded");
    assert.equal(outcome.version, version);
    assert.equal(outcome.rows, 1);
    assert.equal(outcome.sequenceNumber, version === 1 ? 0 : 42);
    assert.equal(formatAddress(batch.sourceAddress, 0), "192.0.2.1");
    assert.equal(batch.octetDeltaCount[0], 200);
    assert.equal(batch.packetDeltaCount[0], 3);
    assert.equal(batch.sourceTransportPort[0], 443);
    assert.equal(batch.protocolIdentifier[0], 6);
    assert.equal(batch.ipClassOfService[0], 0x28);
    assert.equal(batch.tcpControlBits[0], 0x1b);
    assert.equal(batch.flowEndMs[0], 1_600_000_000_000 - 5000);
    assert.equal(batch.bgpSourceAsNumber[0], version === 1 ? 0 : 64500);
  });
}
