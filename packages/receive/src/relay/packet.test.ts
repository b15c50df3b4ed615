import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAddress } from "@ishizue/wire";
import { UdpPacketWriter } from "./packet.ts";

function words(text: string): Uint32Array {
  const address = new Uint32Array(4);
  assert.ok(parseAddress(text, address, 0));
  return address;
}

function packets(source: string, destination: string, payload: Uint8Array, mtu: number): Uint8Array[] {
  const writer = new UdpPacketWriter();
  const ends = {
    source: words(source),
    sourcePort: 4000,
    destination: words(destination),
    destinationPort: 2055,
    hopLimit: 64,
  };
  // The payload is not at the beginning of its buffer, as in a receiver's.
  const buffer = new Uint8Array(payload.length + 5);
  buffer.set(payload, 5);
  assert.ok(writer.begin(ends, buffer, 5, payload.length));
  const made: Uint8Array[] = [];
  while (writer.next(mtu)) made.push(writer.bytes.slice(writer.offset, writer.offset + writer.length));
  return made;
}

/** The one's complement sum of 16-bit numbers, the long way. */
function sum(octets: Uint8Array): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let total = 0;
  for (let at = 0; at < octets.length; at += 2) {
    total += at + 1 < octets.length ? view.getUint16(at) : octets[at] << 8;
    total = (total & 0xffff) + (total >>> 16);
  }
  return total;
}

test("an IPv4 datagram is one packet, header by header", () => {
  const [packet, ...others] = packets("192.0.2.7", "198.51.100.1", new TextEncoder().encode("abc"), 1500);
  assert.equal(others.length, 0);
  const identification = packet.subarray(4, 6).toHex();
  const headerChecksum = packet.subarray(10, 12).toHex();
  assert.equal(
    packet.toHex(),
    [
      // version and header length, type of service, total length
      "4500001f",
      // identification, no flags, fragment offset 0
      `${identification}0000`,
      // TTL 64, UDP, header checksum
      `4011${headerChecksum}`,
      // 192.0.2.7, 198.51.100.1
      "c0000207c6336401",
      // ports 4000 and 2055, length 11
      "0fa00807000b",
      // c000+0207+c633+6401 + 0011+000b + 0fa0+0807+000b + 6162+6300 = 2c86b, folded c86d, its complement
      "3792",
      "616263",
    ].join(""),
  );
  assert.equal(sum(packet.subarray(0, 20)), 0xffff);
  const pseudo = Uint8Array.fromHex(`c0000207c63364010011000b${packet.subarray(20).toHex()}`);
  assert.equal(sum(pseudo), 0xffff);
});

test("an IPv6 datagram is one packet, with its checksum", () => {
  const [packet, ...others] = packets("2001:db8::7", "2001:db8:1::1", new TextEncoder().encode("abcd"), 1500);
  assert.equal(others.length, 0);
  assert.equal(
    packet.subarray(0, 8).toHex(),
    // version 6, payload length 12, UDP, hop limit 64
    "60000000000c1140",
  );
  assert.equal(packet.subarray(8, 24).toHex(), "20010db8000000000000000000000007");
  assert.equal(packet.subarray(24, 40).toHex(), "20010db8000100000000000000000001");
  const pseudo = Uint8Array.fromHex(`${packet.subarray(8, 40).toHex()}0000000c00000011`);
  assert.equal((sum(pseudo) + sum(packet.subarray(40))) % 0xffff, 0);
});

test("a checksum of zero is sent as ffff", () => {
  // 2 octets that bring the sum of everything else to ffff.
  const [zero] = packets("192.0.2.7", "198.51.100.1", Uint8Array.of(0, 0), 1500);
  const rest = new DataView(zero.buffer).getUint16(26);
  const [packet] = packets("192.0.2.7", "198.51.100.1", Uint8Array.of(rest >> 8, rest & 0xff), 1500);
  assert.equal(packet.subarray(26, 28).toHex(), "ffff");
});

/** Puts fragments together as a receiver does; the UDP header and payload. */
function together(fragments: readonly Uint8Array[], ipv6: boolean): Uint8Array {
  const whole = new Uint8Array(65_536);
  let length = 0;
  for (const fragment of fragments) {
    const view = new DataView(fragment.buffer);
    const offset = ipv6 ? view.getUint16(42) & 0xfff8 : (view.getUint16(6) & 0x1fff) * 8;
    const data = fragment.subarray(ipv6 ? 48 : 20);
    whole.set(data, offset);
    length = Math.max(length, offset + data.length);
  }
  return whole.subarray(0, length);
}

test("however long a datagram and short the link, the fragments make the datagram", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9000 }),
      fc.integer({ min: 576, max: 9100 }),
      fc.boolean(),
      (length, mtu, ipv6) => {
        const payload = Uint8Array.from({ length }, (_, index) => index * 31 + 7);
        const source = ipv6 ? "2001:db8::7" : "192.0.2.7";
        const destination = ipv6 ? "2001:db8::1" : "192.0.2.1";
        const [whole] = packets(source, destination, payload, 65_575);
        const made = packets(source, destination, payload, mtu);
        for (const packet of made) assert.ok(packet.length <= mtu);
        const expected = whole.subarray(ipv6 ? 40 : 20).toHex();
        if (made.length === 1) {
          assert.equal(made[0].subarray(ipv6 ? 40 : 20).toHex(), expected);
          return;
        }
        assert.equal(together(made, ipv6).toHex(), expected);
        for (const [index, packet] of made.entries()) {
          const view = new DataView(packet.buffer);
          const last = index === made.length - 1;
          assert.equal((ipv6 ? view.getUint16(42) & 1 : view.getUint16(6) >> 13) === 0, last);
          if (!ipv6) assert.equal(sum(packet.subarray(0, 20)), 0xffff);
          // One identification for all, or nobody could put them together.
          const id = ipv6 ? packet.subarray(44, 48) : packet.subarray(4, 6);
          assert.equal(id.toHex(), (ipv6 ? made[0].subarray(44, 48) : made[0].subarray(4, 6)).toHex());
        }
      },
    ),
  );
});

test("what no packet can hold is refused", () => {
  const writer = new UdpPacketWriter();
  const ends = {
    source: words("192.0.2.7"),
    sourcePort: 1,
    destination: words("192.0.2.1"),
    destinationPort: 2,
    hopLimit: 64,
  };
  assert.equal(writer.begin(ends, new Uint8Array(65_508), 0, 65_508), false);
  assert.equal(writer.begin(ends, new Uint8Array(65_507), 0, 65_507), true);
  assert.ok(writer.next(65_535));
  assert.equal(writer.length, 65_535);
});
