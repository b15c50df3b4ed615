import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ipv4Of, ipv6Of, type UdpPacket } from "../contract/frames.ts";
import { SourceTable } from "../source/source.ts";
import { PacketReader, type RingMemory } from "./packets.ts";

const macOffset = 98;
const netOffset = 112;
const checksumValid = 1 << 7;
const packet: UdpPacket = {
  from: "192.0.2.2",
  to: "192.0.2.1",
  sourcePort: 40_000,
  port: 2055,
  payload: Buffer.from("abcdefgh"),
};
const packet6: UdpPacket = { ...packet, from: "2001:db8::2", to: "2001:db8::1" };

type Captured = { ip: Uint8Array; status?: number; missing?: number; segment?: number };

/** A block of a ring with these packets, as the kernel writes it. */
function block(six: boolean, packets: readonly Captured[], octets = 262_144): RingMemory {
  const buffer = new ArrayBuffer(octets);
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  view.setUint32(12, packets.length, true);
  view.setUint32(16, 48, true);
  let at = 48;
  for (const { ip, status = checksumValid, missing = 0, segment = 0 } of packets) {
    const next = (netOffset + ip.length + 7) & ~7;
    const words = [next, 1_700_000_000, 250_999_999, 14 + ip.length, 14 + ip.length + missing, status];
    words.forEach((word, index) => view.setUint32(at + 4 * index, word, true));
    view.setUint16(at + 24, macOffset, true);
    view.setUint16(at + 26, netOffset, true);
    if (segment > 0) {
      bytes[at + macOffset - 9] = 5;
      view.setUint16(at + macOffset - 6, segment, true);
    }
    bytes.set(ip, at + netOffset);
    at += next;
  }
  const planned = { six, vnetHeader: true };
  return { bytes, view, words: new Uint32Array(buffer), halves: new Uint16Array(buffer), planned };
}

/** What a reader gives of a block, and itself. */
function read(ring: RingMemory): { given: string[]; reader: PacketReader } {
  const given: string[] = [];
  const reader = new PacketReader(
    [2055],
    new SourceTable(),
    (bytes, _view, offset, length, source, arrivalMs, sourcePort, localPort) => {
      const text = Buffer.from(bytes.subarray(offset, offset + length)).toString("latin1");
      given.push(`${text} ${source.address} ${arrivalMs} ${sourcePort} ${localPort}`);
    },
  );
  reader.readBlock(ring, 0);
  return { given, reader };
}

const told = (text: string, address: string): string => `${text} ${address} 1700000000250 40000 2055`;

test("the packets of a block are given with what their headers say", () => {
  const { given, reader } = read(
    block(false, [{ ip: ipv4Of(packet) }, { ip: ipv4Of(packet, 0, [1, 1, 1, 0]) }]),
  );
  assert.deepEqual(given, [told("abcdefgh", "192.0.2.2"), told("abcdefgh", "192.0.2.2")]);
  assert.deepEqual([reader.datagrams, reader.octets], [2, 16]);
  assert.deepEqual(read(block(true, [{ ip: ipv6Of(packet6) }])).given, [told("abcdefgh", "2001:db8::2")]);
});

test("a merged packet is given in the pieces that the kernel tells, the last as short as it is", () => {
  const { given, reader } = read(block(false, [{ ip: ipv4Of(packet), segment: 3 }]));
  assert.deepEqual(
    given,
    ["abc", "def", "gh"].map((text) => told(text, "192.0.2.2")),
  );
  assert.deepEqual([reader.datagrams, reader.octets], [3, 8]);
});

test("checksums are computed where the kernel did not say that they are right", () => {
  const wrong = ipv4Of({ ...packet, checksumError: 1 });
  const none = ipv4Of({ ...packet, noChecksum: true });
  const { given, reader } = read(
    block(false, [
      { ip: wrong, status: 0 },
      { ip: wrong, status: checksumValid },
      { ip: wrong, status: 1 << 3 },
      { ip: none, status: 0 },
      { ip: ipv4Of(packet), status: 0 },
    ]),
  );
  assert.deepEqual([given.length, reader.badChecksums], [4, 1]);
});

test("packets that are cut, or shorter than they say, are counted and their siblings given", () => {
  const longUdp = ipv4Of(packet);
  longUdp[25] += 1;
  const shortUdp = ipv4Of(packet);
  shortUdp[24] = 0;
  shortUdp[25] = 7;
  const shortHeader = ipv4Of(packet);
  shortHeader[0] = 0x44;
  const shortTotal = ipv4Of(packet);
  shortTotal[3] -= 1;
  const captured = [longUdp, shortUdp, shortHeader, shortTotal].map((ip) => ({ ip }));
  const { given, reader } = read(
    block(false, [...captured, { ip: ipv4Of(packet), missing: 1 }, { ip: ipv4Of(packet) }]),
  );
  assert.deepEqual(given, [told("abcdefgh", "192.0.2.2")]);
  assert.equal(reader.truncated, 5);
});

test("first fragments of both families are counted", () => {
  assert.equal(read(block(false, [{ ip: ipv4Of(packet, 0x2000) }])).reader.fragments, 1);
  const { given, reader } = read(block(true, [{ ip: ipv6Of(packet6, 44, [17, 0, 0, 1, 0, 0, 0, 9]) }]));
  assert.deepEqual([given, reader.fragments], [[], 1]);
});

test("whatever the packets hold, what is given lies inside them, and nothing throws", () => {
  const captured = fc.record({
    ip: fc.oneof(
      fc.uint8Array({ minLength: 0, maxLength: 120 }),
      fc.uint8Array({ minLength: 4, maxLength: 12 }).map((noise) => {
        // A packet that is almost right: noise over its headers.
        const ip = ipv4Of(packet);
        noise.forEach((octet, index) => {
          if (octet < 64) ip[(index * 5) % 28] = octet;
        });
        return ip;
      }),
      fc
        .uint8Array({ minLength: 8, maxLength: 64 })
        .map((noise) => ipv6Of(packet6, noise[0] & 63, [...noise])),
    ),
    status: fc.constantFrom(0, checksumValid),
    segment: fc.constantFrom(0, 0, 1, 7, 65_535),
  });
  fc.assert(
    fc.property(fc.boolean(), fc.array(captured, { maxLength: 8 }), (six, packets) => {
      const ring = block(six, packets, 16_384);
      const reader = new PacketReader([2055], new SourceTable(), (bytes, view, offset, length) => {
        assert.equal(bytes.length, view.byteLength);
        assert.ok(offset >= 48 && length >= 0 && offset + length <= bytes.length);
      });
      reader.readBlock(ring, 0);
    }),
  );
});
