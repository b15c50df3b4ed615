import assert from "node:assert/strict";
import { test } from "node:test";
import { ipv4Of, ipv6Of, type UdpPacket } from "../contract/frames.ts";
import { runBpf, type BpfPacket } from "../contract/run-bpf.ts";
import { maxInstructions } from "../ffi/bpf.ts";
import { ringFilter, type RingFilter } from "./filter.ts";

const addresses = "02 00 00 00 00 01 02 00 00 00 00 02";
const packet: UdpPacket = {
  from: "192.0.2.2",
  to: "192.0.2.1",
  sourcePort: 40_000,
  port: 2055,
  payload: Uint8Array.of(1),
};
const packet6: UdpPacket = { ...packet, from: "2001:db8::2", to: "2001:db8::1" };
const four: RingFilter = {
  six: false,
  ports: [4739, 2055],
  destinations: ["198.51.100.1", "192.0.2.1"],
  loopback: true,
  interfaces: [],
};
const six: RingFilter = { ...four, six: true, destinations: ["2001:db8::", "2001:db8::1"] };

function frame(etherTypes: string, ip: Uint8Array): Uint8Array {
  const head = Uint8Array.fromHex(`${addresses}${etherTypes}`.replaceAll(" ", ""));
  return Uint8Array.of(...head, ...ip);
}

/** Whether the whole packet is taken. */
function takes(filter: RingFilter, octets: Uint8Array, more: Partial<BpfPacket> = {}): boolean {
  const result = runBpf(ringFilter(filter), { octets, ...more });
  assert.ok(result === 0 || result >= 65_536);
  return result > 0;
}

test("datagrams to the ports of this machine are taken, others are not", () => {
  const taken = (fields: Partial<UdpPacket>): boolean =>
    takes(four, frame("0800", ipv4Of({ ...packet, ...fields })));
  assert.ok(taken({}));
  assert.ok(taken({ port: 4739, to: "198.51.100.1" }));
  assert.ok(!taken({ port: 2056 }));
  assert.ok(!taken({ sourcePort: 2055, port: 40_000 }));
  assert.ok(!taken({ to: "192.0.2.3" }));
  const taken6 = (fields: Partial<UdpPacket>): boolean =>
    takes(six, frame("86dd", ipv6Of({ ...packet6, ...fields })));
  assert.ok(taken6({}));
  assert.ok(taken6({ to: "2001:db8::" }));
  assert.ok(!taken6({ to: "2001:db8::3" }));
  assert.ok(!taken6({ to: "2001:db8:1::1" }));
  assert.ok(!taken6({ port: 2056 }));
});

test("tags in the frame are passed over, and headers that are not Ethernet's", () => {
  assert.ok(takes(four, frame("8100 000a 0800", ipv4Of(packet))));
  assert.ok(takes(six, frame("88a8 000a 86dd", ipv6Of(packet6))));
  // A tunnel or PPP: 4 octets of something, type 512.
  const ppp = { hardwareType: 512, network: 4 };
  assert.ok(takes(four, Uint8Array.of(0xff, 3, 0, 0x21, ...ipv4Of(packet)), ppp));
  assert.ok(!takes(four, Uint8Array.of(0xff, 3, 0, 0x21, ...ipv4Of({ ...packet, port: 9 })), ppp));
});

test("packets to other stations, and by interfaces that are not named, are left", () => {
  const octets = frame("0800", ipv4Of(packet));
  // PACKET_BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4.
  for (const packetType of [1, 2, 3, 4]) assert.ok(!takes(four, octets, { packetType }));
  const named = { ...four, interfaces: [3, 7] };
  assert.deepEqual(
    [2, 3, 7].map((interfaceIndex) => takes(named, octets, { interfaceIndex })),
    [false, true, true],
  );
});

test("by the loopback interface any destination is ours, unless the host is one address", () => {
  const octets = frame("0800", ipv4Of({ ...packet, to: "127.0.0.9" }));
  assert.ok(takes(four, octets, { hardwareType: 772 }));
  assert.ok(!takes(four, octets));
  assert.ok(!takes({ ...four, loopback: false }, octets, { hardwareType: 772 }));
  assert.ok(takes({ ...four, destinations: null }, octets));
});

test("a source of 127.0.0.0/8 is believed by the loopback interface alone", () => {
  const octets = frame("0800", ipv4Of({ ...packet, from: "127.0.0.1" }));
  assert.ok(takes(four, octets, { hardwareType: 772 }));
  assert.ok(!takes(four, octets));
});

test("options are passed over, fragments are taken by their first", () => {
  assert.ok(takes(four, frame("0800", ipv4Of(packet, 0, [1, 1, 1, 1, 1, 1, 1, 0]))));
  assert.ok(takes(four, frame("0800", ipv4Of(packet, 0x4000))));
  assert.ok(takes(four, frame("0800", ipv4Of(packet, 0x2000))));
  assert.ok(!takes(four, frame("0800", ipv4Of(packet, 0x2001))));
  assert.ok(!takes(four, frame("0800", ipv4Of(packet, 0x0001))));
  assert.ok(takes(six, frame("86dd", ipv6Of(packet6, 44, [17, 0, 0, 1, 0, 0, 0, 9]))));
  assert.ok(!takes(six, frame("86dd", ipv6Of(packet6, 44, [17, 0, 0, 9, 0, 0, 0, 9]))));
  assert.ok(!takes(six, frame("86dd", ipv6Of(packet6, 44, [6, 0, 0, 1, 0, 0, 0, 9]))));
  for (const header of [0, 43, 60]) {
    assert.ok(takes(six, frame("86dd", ipv6Of(packet6, header, [17, 0, 1, 4, 0, 0, 0, 0]))));
  }
  assert.ok(!takes(six, frame("86dd", ipv6Of(packet6, 58))));
});

test("a packet that ends early is left", () => {
  const whole = frame("0800", ipv4Of(packet));
  for (let end = 0; end < 14 + 20 + 4; end++) assert.ok(!takes(four, whole.subarray(0, end)), `${end}`);
});

test("256 addresses, 64 ports and 64 interfaces are not too much for the kernel", () => {
  const program = ringFilter({
    six: true,
    ports: Array.from({ length: 64 }, (_, index) => index + 1),
    destinations: Array.from({ length: 256 }, (_, index) => `2001:db8::${index.toString(16)}`),
    loopback: true,
    interfaces: Array.from({ length: 64 }, (_, index) => index + 1),
  });
  assert.ok(program.length <= maxInstructions, `${program.length}`);
});
