import assert from "node:assert/strict";
import { test } from "node:test";
import { ipv4Of, ipv6Of, type UdpPacket } from "../contract/frames.ts";
import { udpChecksumIsRight } from "./checksum.ts";

function checked(packet: UdpPacket): boolean {
  const six = packet.from.includes(":");
  const octets = six ? ipv6Of(packet) : ipv4Of(packet);
  const view = new DataView(octets.buffer);
  const udp = six ? 40 : 20;
  return udpChecksumIsRight(view, udp, octets.length - udp, six ? 8 : 12, six ? 32 : 8);
}

test("the checksum of a datagram on the wire is right", () => {
  // Both addresses; ports 4096 and 8192, length 10, no checksum yet; "ab".
  const octets = Uint8Array.fromHex("c0000201c000020210002000000a00006162");
  const view = new DataView(octets.buffer);
  // With the protocol, 17, and the length once more the words sum up to 0x2158a, with the carry 0x158c.
  view.setUint16(14, 0xffff - 0x158c);
  assert.ok(udpChecksumIsRight(view, 8, 10, 0, 8));
  view.setUint16(14, view.getUint16(14) + 1);
  assert.ok(!udpChecksumIsRight(view, 8, 10, 0, 8));
});

test("payloads of every length, both families, right and wrong by one", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 6, 7, 1399, 1400, 65_000]) {
    const payload = Uint8Array.from({ length }, (_, index) => (index * 37) ^ 0xff);
    for (const [from, to] of [
      ["192.0.2.2", "192.0.2.1"],
      ["2001:db8::2", "2001:db8::1"],
    ]) {
      const packet = { from, to, sourcePort: 40_000, port: 2055, payload };
      assert.ok(checked(packet), `${from} ${length}`);
      assert.ok(!checked({ ...packet, checksumError: 1 }), `${from} ${length}`);
    }
  }
});
