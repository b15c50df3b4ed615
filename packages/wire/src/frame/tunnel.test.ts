import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { describeFrame, type PacketFields } from "./describe.ts";
import { Frame, LinkType } from "./frame.ts";
import { parseFrame } from "./parse.ts";
import { parseInnermost, parseTunnel, Tunnel } from "./tunnel.ts";

function hex(...parts: string[]): string {
  return parts.join("").replaceAll(/\s/g, "");
}

const macs = "02 00 00 00 00 02  02 00 00 00 00 01";
/** 10.0.0.1:4660 > 10.0.0.2:443, TCP with SYN and ACK. */
const innerIpv4 =
  "45 00 00 28 00 01 00 00 40 06 00 00 0a 00 00 01 0a 00 00 02  12 34 01 bb 00 00 00 00 00 00 00 00 50 12 00 00 00 00 00 00";
/** 2001:db8::a:4660 > 2001:db8::b:443, the same TCP header. */
const innerIpv6 =
  "60 00 00 00 00 14 06 40 20010db8 00000000 00000000 0000000a 20010db8 00000000 00000000 0000000b" +
  "12 34 01 bb 00 00 00 00 00 00 00 00 50 12 00 00 00 00 00 00";

function ipv4(protocol: string, payload: string, flags = "0000"): string {
  const octets = hex(payload).length / 2 + 20;
  return hex(
    `4500 ${octets.toString(16).padStart(4, "0")} 0001 ${flags} 40 ${protocol} 0000 c0000201 c6336402`,
    payload,
  );
}

function ipv6(next: string, payload: string): string {
  const octets = hex(payload).length / 2;
  return hex(
    `6000 0000 ${octets.toString(16).padStart(4, "0")} ${next} 40 20010db8000000000000000000000001 20010db8000000000000000000000002`,
    payload,
  );
}

function udp(destinationPort: number, payload: string): string {
  const octets = hex(payload).length / 2 + 8;
  return hex(
    `c000 ${destinationPort.toString(16).padStart(4, "0")} ${octets.toString(16).padStart(4, "0")} 0000`,
    payload,
  );
}

/** Parses `packet` from the middle of a larger buffer, so that a read outside would be seen. */
function parse(packet: string, captured = Infinity): { view: DataView; frame: Frame } {
  const bytes = Uint8Array.fromHex(hex(packet));
  const buffer = new Uint8Array(bytes.length + 32).fill(0xee);
  buffer.set(bytes, 16);
  const view = new DataView(buffer.buffer);
  const frame = new Frame();
  parseFrame(view, 16, Math.min(captured, bytes.length), bytes.length, LinkType.raw, frame);
  return { view, frame };
}

const inner4 = { ipVersion: 4, octets: 40, sourcePort: 0x1234, destinationPort: 443, flags: 0x12 };
const inner6 = { ...inner4, ipVersion: 6, octets: 60 };
const ethernet4 = hex(macs, "0800", innerIpv4);

const carriers: [string, string, number, typeof inner4][] = [
  ["IPv4 in IPv4", ipv4("04", innerIpv4), Tunnel.ip, inner4],
  ["6in4", ipv4("29", innerIpv6), Tunnel.ip, inner6],
  ["DS-Lite, MAP-E", ipv6("04", innerIpv4), Tunnel.ip, inner4],
  ["IPv6 in IPv6", ipv6("29", innerIpv6), Tunnel.ip, inner6],
  [
    "IPv4 in IPv6 behind a destination option (RFC 2473)",
    ipv6("3c", hex("04 00 04 01 04 01 00 00", innerIpv4)),
    Tunnel.ip,
    inner4,
  ],
  ["MPLS in IP", ipv4("89", hex("00010 1 40", innerIpv4)), Tunnel.ip, inner4],
  ["GRE, bare", ipv4("2f", hex("0000 0800", innerIpv4)), Tunnel.gre, inner4],
  [
    "GRE with checksum, key and sequence",
    ipv4("2f", hex("b000 86dd 00000000 00000007 00000001", innerIpv6)),
    Tunnel.gre,
    inner6,
  ],
  ["GRE, transparent Ethernet", ipv4("2f", hex("0000 6558", ethernet4)), Tunnel.gre, inner4],
  ["NVGRE", ipv4("2f", hex("2000 6558 00123401", ethernet4)), Tunnel.gre, inner4],
  ["GRE over IPv6 with MPLS", ipv6("2f", hex("0000 8847 00010 1 40", innerIpv4)), Tunnel.gre, inner4],
  ["PPTP", ipv4("2f", hex("3081 880b 002c 0001 00000005 00000004 0021", innerIpv4)), Tunnel.gre, inner4],
  ["VXLAN", ipv4("11", udp(4789, hex("08000000 00123400", ethernet4))), Tunnel.vxlan, inner4],
  ["VXLAN on Linux's port", ipv4("11", udp(8472, hex("08000000 00123400", ethernet4))), Tunnel.vxlan, inner4],
  [
    "VXLAN over IPv6, VLAN inside",
    ipv6("11", udp(4789, hex("08000000 00123400", macs, "8100 0064 0800", innerIpv4))),
    Tunnel.vxlan,
    inner4,
  ],
  ["VXLAN-GPE, IPv6", ipv4("11", udp(4790, hex("0c000002 00123400", innerIpv6))), Tunnel.vxlan, inner6],
  [
    "Geneve with an option",
    ipv4("11", udp(6081, hex("01006558 00123400 01020304", ethernet4))),
    Tunnel.geneve,
    inner4,
  ],
  ["EtherIP", ipv4("61", hex("3000", ethernet4)), Tunnel.ethernet, inner4],
  ["Ethernet over SRv6", ipv6("8f", ethernet4), Tunnel.ethernet, inner4],
];

for (const [name, packet, tunnel, expected] of carriers) {
  test(`${name}: the outer frame stays, the packet inside is read`, () => {
    const { view, frame } = parse(packet);
    const inner = new Frame();
    assert.equal(parseTunnel(view, frame, inner), tunnel);
    assert.equal(frame.ipOctets, packet.length / 2);
    assert.deepEqual(
      {
        ipVersion: inner.ipVersion,
        octets: inner.ipOctets,
        sourcePort: inner.sourcePort,
        destinationPort: inner.destinationPort,
        flags: inner.tcpControlBits,
      },
      expected,
    );
  });

  test(`${name}: cut anywhere, nothing past the capture is read`, () => {
    const inner = new Frame();
    for (let captured = 0; captured < packet.length / 2; captured++) {
      const { view, frame } = parse(packet, captured);
      // The bytes behind the capture are there in the buffer: they must not make a result.
      if (parseTunnel(view, frame, inner) === Tunnel.none) continue;
      assert.ok(inner.ipOffset + (inner.ipVersion === 4 ? 20 : 40) <= 16 + captured);
      if (inner.transportOffset > 0 && inner.protocol === 6)
        assert.ok(inner.transportOffset + 4 <= 16 + captured);
    }
  });
}

test("what is no tunnel is none", () => {
  const inner = new Frame();
  for (const [name, packet] of [
    ["TCP", innerIpv4],
    ["UDP to another port", ipv4("11", udp(53, hex("08000000 00123400", ethernet4)))],
    ["VXLAN without its flag", ipv4("11", udp(4789, hex("00000000 00123400", ethernet4)))],
    ["GRE with source routes", ipv4("2f", hex("4000 0800 00000000", innerIpv4))],
    ["GRE of a version that is none", ipv4("2f", hex("0002 0800", innerIpv4))],
    ["GRE with a length for a protocol", ipv4("2f", hex("0000 0028", innerIpv4))],
    ["a GRE keepalive", ipv4("2f", "0000 0000")],
    ["ESP", ipv4("32", innerIpv4)],
    ["a later fragment of 6in4", ipv4("29", innerIpv6, "0010")],
    ["ARP over VXLAN", ipv4("11", udp(4789, hex("08000000 00123400", macs, "0806", innerIpv4)))],
  ]) {
    const { view, frame } = parse(packet);
    assert.equal(parseTunnel(view, frame, inner), Tunnel.none, name);
  }
});

test("the first fragment of a tunnelled packet gives what it holds", () => {
  const { view, frame } = parse(ipv4("29", innerIpv6, "2000"));
  const inner = new Frame();
  assert.equal(parseTunnel(view, frame, inner), Tunnel.ip);
  assert.equal(inner.destinationPort, 443);
});

test("the innermost packet of tunnels in tunnels, four deep at most", () => {
  const spare: [Frame, Frame] = [new Frame(), new Frame()];
  let packet = innerIpv4;
  for (let depth = 1; depth <= 6; depth++) {
    const protocol = packet.startsWith("6") ? "29" : "04";
    packet = depth % 2 === 0 ? ipv6(protocol, packet) : ipv4(protocol, packet);
    const { view, frame } = parse(packet);
    const innermost = parseInnermost(view, frame, spare);
    assert.equal(innermost.protocol === 6, depth <= 4, `${depth}`);
  }
  const { view, frame } = parse(innerIpv4);
  assert.equal(parseInnermost(view, frame, spare), frame);
});

test("a packet in a tunnel is told inside the packet that carries it", () => {
  const { view, frame } = parse(ipv4("2f", hex("2000 6558 00123401", macs, "8100 0064 0800", innerIpv4)));
  const fields: PacketFields = {};
  describeFrame(view, frame, (name, value) => {
    fields[name] = value;
  });
  assert.deepEqual(fields, {
    ipVersion: 4,
    sourceIPv4Address: "192.0.2.1",
    destinationIPv4Address: "198.51.100.2",
    protocolIdentifier: 47,
    ipClassOfService: 0,
    ipTTL: 64,
    ipTotalLength: 86,
    encapsulated: {
      tunnel: "gre",
      dot1qVlanId: 100,
      ipVersion: 4,
      sourceIPv4Address: "10.0.0.1",
      destinationIPv4Address: "10.0.0.2",
      protocolIdentifier: 6,
      ipClassOfService: 0,
      ipTTL: 64,
      ipTotalLength: 40,
      sourceTransportPort: 4660,
      destinationTransportPort: 443,
      tcpControlBits: 18,
    },
  });
});

test("any bytes behind any header that could be a tunnel's are safe", () => {
  const inner = new Frame();
  const spare: [Frame, Frame] = [new Frame(), new Frame()];
  const protocols = fc.constantFrom("04", "29", "2f", "61", "89", "8f");
  const ports = fc.constantFrom(4789, 4790, 8472, 6081);
  fc.assert(
    fc.property(
      protocols,
      ports,
      fc.uint8Array({ maxLength: 120 }),
      fc.boolean(),
      (protocol, port, bytes, six) => {
        for (const payload of [bytes.toHex(), udp(port, bytes.toHex())]) {
          const number = payload.length === 2 * bytes.length ? protocol : "11";
          const { view, frame } = parse(six ? ipv6(number, payload) : ipv4(number, payload));
          parseTunnel(view, frame, inner);
          parseInnermost(view, frame, spare);
          const fields: PacketFields = {};
          describeFrame(view, frame, (name, value) => {
            fields[name] = value;
          });
          assert.ok(inner.capturedEnd <= view.byteLength - 16);
        }
      },
    ),
    { numRuns: 400, seed: 6 },
  );
});
