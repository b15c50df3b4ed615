import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fragment, Frame, FrameReason, LinkType } from "./frame.ts";
import { parseFrame } from "./parse.ts";

/** Bytes from hex text; blanks are ignored. */
function hex(...parts: string[]): Uint8Array {
  return Uint8Array.fromHex(parts.join("").replaceAll(/\s/g, ""));
}

/** Parses `bytes` from the middle of a larger buffer, so that a read outside would be seen. */
function parse(bytes: Uint8Array, linkType: number = LinkType.ethernet, wireLength = bytes.length): Frame {
  const frame = new Frame();
  const buffer = new Uint8Array(bytes.length + 32).fill(0xee);
  buffer.set(bytes, 16);
  parseFrame(new DataView(buffer.buffer), 16, bytes.length, wireLength, linkType, frame);
  return frame;
}

const macs = "02 00 00 00 00 02  02 00 00 00 00 01";
/** 192.0.2.1:4660 > 198.51.100.2:2055, UDP, four octets of payload, TOS 0x2e, checksum right. */
const ipv4Udp =
  "45 2e 00 20 00 01 00 00 40 11 8e 4a c0 00 02 01 c6 33 64 02  12 34 08 07 00 0c 00 00 aa bb cc dd";
const ipv6Header = (payload: string, next: string): string =>
  `62 e0 00 00 ${payload} ${next} 40  20010db8000000000000000000000001 20010db8000000000000000000000002`;
const udp = "12 34 08 07 00 0c 00 00 aa bb cc dd";

function assertUdp(frame: Frame, version: 4 | 6): void {
  assert.deepEqual(
    [
      frame.reason,
      frame.ipVersion,
      frame.protocol,
      frame.sourcePort,
      frame.destinationPort,
      frame.ipClassOfService,
    ],
    [FrameReason.none, version, 17, 0x1234, 2055, 0x2e],
  );
  assert.deepEqual([frame.udpPayloadOctets, frame.udpPayloadCaptured], [4, 4]);
}

test("an Ethernet frame is read down to its UDP ports, and padding is not payload", () => {
  const frame = parse(hex(macs, "0800", ipv4Udp, "00 00 00 00 00 00"));
  assertUdp(frame, 4);
  assert.equal(frame.ipOctets, 32);
  assert.equal(frame.ipOctetsFromFrame, false);
  assert.equal(frame.linkOctets, 14);
  assert.equal(frame.sourceAddressOffset, 16 + 14 + 12);
  assert.equal(frame.udpPayloadOffset, 16 + 14 + 28);
});

test("every link layer leads to the same packet", () => {
  const cases: [string, number, Uint8Array][] = [
    ["802.3 with LLC and SNAP", LinkType.ethernet, hex(macs, "0028", "aa aa 03 00 00 00 08 00", ipv4Udp)],
    ["LLC's own IP", LinkType.ethernet, hex(macs, "0023", "06 06 03", ipv4Udp)],
    ["802.1Q", LinkType.ethernet, hex(macs, "8100 2064 0800", ipv4Udp)],
    ["802.1ad", LinkType.ethernet, hex(macs, "88a8 0064 8100 00c8 0800", ipv4Udp)],
    ["old QinQ", LinkType.ethernet, hex(macs, "9100 0064 9200 00c8 8100 0001 0800", ipv4Udp)],
    ["MPLS", LinkType.ethernet, hex(macs, "8847 00010 0 40 00020 1 40", ipv4Udp)],
    [
      "pseudowire with control word",
      LinkType.ethernet,
      hex(macs, "8847 00010 1 40 00000000", macs, "0800", ipv4Udp),
    ],
    ["pseudowire without, MAC 02", LinkType.ethernet, hex(macs, "8847 00010 1 40", macs, "0800", ipv4Udp)],
    [
      "pseudowire without, MAC 45",
      LinkType.ethernet,
      hex(macs, "8847 00010 1 40 45 00 01 00 00 02 02 00 00 00 00 01 0800", ipv4Udp),
    ],
    ["PPPoE", LinkType.ethernet, hex(macs, "8864 11 00 0001 0022 0021", ipv4Udp)],
    ["PPPoE with a compressed protocol", LinkType.ethernet, hex(macs, "8864 11 00 0001 0021 21", ipv4Udp)],
    [
      "VLAN, PPPoE, MPLS",
      LinkType.ethernet,
      hex(macs, "8100 0064 8864 11 00 0001 0026 0281 00010 1 40", ipv4Udp),
    ],
    ["Linux cooked", LinkType.linuxCooked, hex("0000 0001 0006 0200000000010000 0800", ipv4Udp)],
    [
      "Linux cooked with VLAN",
      LinkType.linuxCooked,
      hex("0000 0001 0006 0200000000010000 8100 0064 0800", ipv4Udp),
    ],
    [
      "Linux cooked v2",
      LinkType.linuxCooked2,
      hex("0800 0000 00000003 0001 00 06 0200000000010000", ipv4Udp),
    ],
    ["raw, 12", 12, hex(ipv4Udp)],
    ["raw, 14", 14, hex(ipv4Udp)],
    ["raw, 101", 101, hex(ipv4Udp)],
    ["raw IPv4", 228, hex(ipv4Udp)],
    ["null, little-endian host", LinkType.null, hex("02000000", ipv4Udp)],
    ["null, big-endian host", LinkType.null, hex("00000002", ipv4Udp)],
    ["loop", LinkType.loop, hex("00000002", ipv4Udp)],
    ["PPP in HDLC framing", LinkType.pppHdlc, hex("ff03 0021", ipv4Udp)],
    ["PPP without framing", LinkType.ppp, hex("0021", ipv4Udp)],
    ["Cisco HDLC", LinkType.ciscoHdlc, hex("0f00 0800", ipv4Udp)],
    ["MPLS link type", LinkType.mpls, hex("00010 1 40", ipv4Udp)],
  ];
  for (const [name, linkType, bytes] of cases) {
    assert.doesNotThrow(() => {
      assertUdp(parse(bytes, linkType), 4);
    }, name);
  }
});

test("IPv6 goes over the same link layers", () => {
  const packet = ipv6Header("000c", "11") + udp;
  for (const [linkType, bytes] of [
    [LinkType.ethernet, hex(macs, "86dd", packet)],
    [LinkType.ethernet, hex(macs, "8847 00002 1 40", packet)],
    [LinkType.raw, hex(packet)],
    [LinkType.ipv6, hex(packet)],
    [LinkType.null, hex("1e000000", packet)],
    [LinkType.loop, hex("0000001c", packet)],
    [LinkType.pppoe, hex("11 00 0001 0036 0057", packet)],
  ] as const) {
    const frame = parse(bytes, linkType);
    assertUdp(frame, 6);
    assert.equal(frame.ipOctets, 52);
  }
});

test("VLAN tags and labels are told", () => {
  const frame = parse(hex(macs, "88a8 e064 8100 00c8 8847 00010 0 40 00020 1 40", ipv4Udp));
  assert.deepEqual(
    [frame.vlanTags, frame.vlanId, frame.innerVlanId, frame.mplsLabels, frame.mplsTopLabel],
    [2, 100, 200, 2, 16],
  );
});

test("IPv4 options are stepped over and TCP control bits read", () => {
  const frame = parse(
    hex(
      "46 00 00 2c 00 01 00 00 40 06 00 00 c0000201 c6336402 01010100",
      "01bb c000 00000001 00000002 5 0 12 ffff 0000 0000",
    ),
    LinkType.ipv4,
  );
  assert.deepEqual(
    [frame.reason, frame.ipOctets, frame.sourcePort, frame.destinationPort, frame.tcpControlBits],
    [FrameReason.none, 44, 443, 49152, 0x12],
  );
});

test("IPv6 extension headers are walked to the transport header", () => {
  // Hop-by-hop, routing, destination options, AH of 12 octets, atomic fragment, then UDP.
  const chain = `2b 00 0502 0000 0100  3c 00 0000 00000000  33 00 0104 00000000  2c 01 0000 00000001 00000001  11 00 0000 00000001`;
  const frame = parse(hex(ipv6Header("0038", "00"), chain, udp), LinkType.ipv6);
  assertUdp(frame, 6);
  assert.equal(frame.fragment, Fragment.none);
  assert.equal(frame.ipOctets, 96);
});

test("fragments are recognised, and only the first has ports", () => {
  const first = parse(
    hex("45 00 00 1c 00 01 20 00 40 11 0000 c0000201 c6336402 1234 0807 0020 0000"),
    LinkType.ipv4,
  );
  assert.deepEqual([first.fragment, first.sourcePort], [Fragment.first, 0x1234]);
  const later = parse(
    hex("45 00 00 1c 00 01 00 03 40 11 0000 c0000201 c6336402 1234 0807 0020 0000"),
    LinkType.ipv4,
  );
  assert.deepEqual(
    [later.fragment, later.sourcePort, later.transportOffset, later.protocol],
    [Fragment.later, 0, 0, 17],
  );
  const first6 = parse(hex(ipv6Header("0014", "2c"), "11 00 0001 00000007", udp), LinkType.ipv6);
  assert.deepEqual([first6.fragment, first6.sourcePort], [Fragment.first, 0x1234]);
  const later6 = parse(hex(ipv6Header("0014", "2c"), "11 00 0010 00000007", udp), LinkType.ipv6);
  assert.deepEqual([later6.fragment, later6.sourcePort, later6.protocol], [Fragment.later, 0, 17]);
});

test("ICMP has type and code in the place of ports", () => {
  const frame = parse(
    hex("45 00 00 1c 00 01 00 00 40 01 0000 c0000201 c6336402 03 01 0000 00000000"),
    LinkType.ipv4,
  );
  assert.deepEqual([frame.icmpTypeCode, frame.sourcePort, frame.destinationPort], [0x301, 0, 0]);
});

test("a packet cut by the capture keeps its layer-3 length", () => {
  const frame = parse(
    hex(macs, "0800", "45 00 05 dc 00 01 40 00 40 06 0000 c0000201 c6336402 01bb c000"),
    1,
    1514,
  );
  assert.deepEqual([frame.reason, frame.ipOctets, frame.sourcePort], [FrameReason.truncated, 1500, 443]);
  assert.equal(frame.ipOctetsFromFrame, false);
});

test("an IP length that the frame has no room for is replaced and flagged", () => {
  for (const length of ["0000", "ffff"]) {
    const frame = parse(
      hex(`45 00 ${length} 00 01 00 00 40 11 0000 c0000201 c6336402`, udp),
      LinkType.ipv4,
      40,
    );
    assert.deepEqual([frame.ipOctets, frame.ipOctetsFromFrame], [40, true]);
  }
});

test("a jumbo payload option gives the length", () => {
  const frame = parse(hex(ipv6Header("0000", "00"), "11 00 c2 04 00 01 00 08", udp), LinkType.ipv6, 70000);
  assert.deepEqual([frame.ipOctets, frame.ipOctetsFromFrame], [65584, false]);
  assert.equal(frame.sourcePort, 0x1234);
});

test("what is not IP is told from what is broken", () => {
  for (const [reason, linkType, bytes] of [
    [FrameReason.notIp, 1, hex(macs, "0806 0001 0800 06 04")],
    [FrameReason.notIp, 1, hex(macs, "0026 42 42 03 00 00")],
    [FrameReason.notIp, 1, hex(macs, "8864 11 00 0001 0004 c021 0101")],
    [FrameReason.notIp, 1, hex(macs, "8863 11 09 0000 0000")],
    [FrameReason.notIp, 1, hex(macs, "8847 00010 1 40 10000021 00000000")],
    [FrameReason.notIp, 0, hex("07000000 00")],
    [FrameReason.unknownLinkType, 147, hex("00")],
    [FrameReason.truncated, 1, hex(macs)],
    [FrameReason.truncated, 1, hex(macs, "8100 00")],
    [FrameReason.truncated, 101, hex("")],
    [FrameReason.malformed, 228, hex("44", "00".repeat(19))],
    [FrameReason.malformed, 228, hex("65", "00".repeat(19))],
    [FrameReason.malformed, 101, hex("15", "00".repeat(19))],
    [FrameReason.malformed, 228, hex("45 00 00 13", "00".repeat(16))],
    [FrameReason.tooManyHeaders, 1, hex(macs, "8100 0001".repeat(40), "0800", ipv4Udp)],
    [FrameReason.tooManyHeaders, 219, hex("00010 0 40".repeat(60))],
  ] as const) {
    const frame = parse(bytes, linkType);
    assert.deepEqual([frame.reason, frame.ipVersion], [reason, 0], bytes.toHex());
  }
});

test("a UDP length that cannot be is malformed and gives no payload", () => {
  for (const length of ["0007", "0100"]) {
    const frame = parse(
      hex("45 00 00 20 00 01 00 00 40 11 0000 c0000201 c6336402", `1234 0807 ${length} 0000 aabbccdd`),
      228,
    );
    assert.deepEqual([frame.reason, frame.udpPayloadOctets], [FrameReason.malformed, -1]);
  }
});

test("arbitrary bytes of any link type never throw nor point outside the frame", () => {
  const linkTypes = [...Object.values(LinkType), 147];
  const start = fc.constantFrom(
    "",
    `${macs}0800`,
    `${macs}86dd`,
    `${macs}8847`,
    `${macs}8864`,
    ipv4Udp,
    ipv6Header("0100", "00"),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...linkTypes),
      start,
      fc.uint8Array({ maxLength: 120 }),
      fc.nat(2000),
      (linkType, prefix, tail, wire) => {
        const bytes = new Uint8Array([...hex(prefix), ...tail]);
        const frame = parse(bytes, linkType, wire);
        if (frame.ipVersion !== 0) {
          const addressOctets = frame.ipVersion === 4 ? 4 : 16;
          assert.ok(frame.sourceAddressOffset >= 16);
          assert.ok(frame.destinationAddressOffset + addressOctets <= 16 + bytes.length);
          assert.ok(frame.ipOctets >= 20 && frame.ipOctets <= Math.max(wire, bytes.length));
        }
        if (frame.udpPayloadOctets >= 0) {
          assert.ok(frame.udpPayloadCaptured >= 0);
          assert.ok(frame.udpPayloadOffset + frame.udpPayloadCaptured <= 16 + bytes.length);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test("every truncation is safe", () => {
  const whole = hex(macs, "88a8 0064 8847 00010 1 40", ipv6Header("0014", "00"), "11 00 0000 00000000", udp);
  for (let length = 0; length < whole.length; length++) {
    const frame = parse(whole.subarray(0, length), LinkType.ethernet, whole.length);
    if (frame.udpPayloadOctets < 0) assert.equal(frame.reason, FrameReason.truncated, `${length}`);
    else assert.equal(frame.udpPayloadCaptured, length - (whole.length - 4));
  }
});
