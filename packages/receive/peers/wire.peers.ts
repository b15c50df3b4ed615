import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { sendFrom } from "../src/contract/contract.ts";
import { ipv4Of, ipv6Of, type UdpPacket } from "../src/contract/frames.ts";
import { inNamespace } from "../src/contract/namespace.ts";
import { endReceiving, Receiving, type ReceivingOptions } from "../src/contract/receiving.ts";
import { checkSteering } from "../src/contract/steering.ts";
import { DatagramSender } from "../src/ffi/sender.ts";
import type { ReceiverKind } from "../src/socket/receiver.ts";
import { Wire } from "./wire.ts";

const port = 2055;
const kinds: readonly ReceiverKind[] = ["ring", "recvmmsg", "dgram"];
let wire: Wire;
let hasVlan = false;

before(async () => {
  wire = await Wire.make("wire");
  hasVlan = wire.addVlan("198.51.100.1/24");
});
afterEach(endReceiving);
after(() => {
  wire.remove();
});

/** A receiver in the collector's namespace. */
function collecting(options: Partial<ReceivingOptions>): Promise<Receiving> {
  const namespace = wire.collector;
  return Receiving.start({ ports: [port], receiveBufferBytes: 4_194_304, namespace, ...options });
}

function packet(text: string, fields: Partial<UdpPacket> = {}): UdpPacket {
  return {
    from: "192.0.2.2",
    to: "192.0.2.1",
    sourcePort: 40_000,
    port,
    payload: Buffer.from(text),
    ...fields,
  };
}

function packet6(text: string, fields: Partial<UdpPacket> = {}): UdpPacket {
  return packet(text, { from: "2001:db8::2", to: "2001:db8::1", ...fields });
}

/** The texts that a receiver took up to and with "last", which is sent behind all others. */
async function textsBefore(receiving: Receiving): Promise<string[]> {
  wire.put("0800", ipv4Of(packet("last")));
  const texts = (): string[] => receiving.taken.flat().map(({ text }) => text);
  for (let turn = 0; turn < 200 && !texts().includes("last"); turn++) {
    await receiving.until(() => true);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // IPv6 has a ring of its own, which may be read a little later.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await receiving.until(() => true);
  return texts()
    .filter((text) => text !== "last")
    .sort();
}

for (const kind of kinds) {
  test(`${kind}: packets of both families, with options, tags and extension headers`, async () => {
    const receiving = await collecting({ kind });
    wire.put("0800", ipv4Of(packet("four")));
    wire.put("0800", ipv4Of(packet("with options"), 0, [1, 1, 1, 1]));
    wire.put("0800", ipv4Of(packet("no checksum", { noChecksum: true })));
    wire.put("8100 0000 0800", ipv4Of(packet("priority tag")));
    wire.put("88a8 0000 0800", ipv4Of(packet("priority tag of a provider")));
    wire.put("86dd", ipv6Of(packet6("six")));
    wire.put("86dd", ipv6Of(packet6("destination options"), 60, [17, 0, 1, 4, 0, 0, 0, 0]));
    wire.put("86dd", ipv6Of(packet6("one fragment of one"), 44, [17, 0, 0, 0, 0, 0, 0, 9]));
    const texts = await textsBefore(receiving);
    await receiving.close();
    assert.deepEqual(texts, [
      "destination options",
      "four",
      "no checksum",
      "one fragment of one",
      "priority tag",
      "priority tag of a provider",
      "six",
      "with options",
    ]);
  });

  test(`${kind}: packets of a VLAN are taken once, as those of its interface`, async (t) => {
    if (!hasVlan) {
      t.skip("this kernel has no VLAN interfaces (8021q)");
      return;
    }
    const receiving = await collecting({ kind });
    wire.put("8100 000a 0800", ipv4Of(packet("vlan 10", { from: "198.51.100.2", to: "198.51.100.1" })));
    const texts = await textsBefore(receiving);
    await receiving.close();
    assert.deepEqual(texts, ["vlan 10"]);
    assert.equal(receiving.taken[0].find(({ text }) => text === "vlan 10")?.source, "198.51.100.2");
  });

  test(`${kind}: packets through a bridge are taken once`, async () => {
    wire.addBridge("203.0.113.1/24");
    const receiving = await collecting({ kind });
    wire.put("0800", ipv4Of(packet("bridged", { from: "203.0.113.2", to: "203.0.113.1" })));
    const texts = await textsBefore(receiving).finally(() => {
      wire.removeBridge();
    });
    await receiving.close();
    assert.deepEqual(texts, ["bridged"]);
  });

  test(`${kind}: what is not for this machine or this port is not taken`, async () => {
    const receiving = await collecting({ kind });
    wire.put("0800", ipv4Of(packet("another port", { port: 2056 })));
    wire.put("0800", ipv4Of(packet("another card")), "02:00:00:00:00:99");
    wire.put("0800", ipv4Of(packet("another machine", { to: "203.0.113.9" })));
    wire.put("8100 000b 0800", ipv4Of(packet("a vlan that is not here")));
    wire.put("86dd", ipv6Of(packet6("another machine", { to: "2001:db8:9::9" })));
    wire.put("86dd", ipv6Of(packet6("another port", { port: 2056 }), 60, [17, 0, 1, 4, 0, 0, 0, 0]));
    const texts = await textsBefore(receiving);
    await receiving.close();
    assert.deepEqual(texts, []);
  });

  test(`${kind}: a wrong checksum is dropped`, async () => {
    const receiving = await collecting({ kind });
    wire.put("0800", ipv4Of(packet("wrong", { checksumError: 1 })));
    wire.put("0800", ipv4Of(packet("odd", { checksumError: 0x100 })));
    wire.put("86dd", ipv6Of(packet6("wrong", { checksumError: 1 })));
    wire.put("86dd", ipv6Of(packet6("none", { noChecksum: true })));
    assert.deepEqual(await textsBefore(receiving), []);
    if (kind === "ring") assert.equal(receiving.sum().badChecksums, 4);
    await receiving.close();
  });

  test(`${kind}: fragments are counted by the ring and put together for the others`, async () => {
    const receiving = await collecting({ kind });
    const payload = Buffer.alloc(64, "f");
    const whole = ipv4Of(packet("", { payload }));
    // The first 32 octets behind the header with "more fragments", then the rest at offset 4 × 8.
    const first = fragmentOf(whole, 0, 32, true);
    const second = fragmentOf(whole, 32, whole.length - 20 - 32, false);
    wire.put("0800", first);
    wire.put("0800", second);
    const texts = await textsBefore(receiving);
    assert.deepEqual(texts, kind === "ring" ? [] : [payload.toString().slice(0, 40)]);
    assert.equal(receiving.sum().fragments, kind === "ring" ? 1 : 0);
    await receiving.close();
  });

  test(`${kind}: datagrams that leave as one arrive apart`, async () => {
    const receiving = await collecting({ kind });
    for (const [turn, host] of ["192.0.2.1", "2001:db8::1"].entries()) {
      const payloads = Array.from({ length: 20 }, (_, index) => Buffer.alloc(1000, 65 + index));
      const options = { host, port, payloads, segments: 20 };
      const sender = await inNamespace(wire.exporters, () => new DatagramSender(options));
      assert.equal(sender.send(20).datagrams, 20);
      sender.close();
      await receiving.until(({ datagrams }) => datagrams === 20 * (turn + 1));
      const taken = receiving.taken[0].splice(0);
      assert.deepEqual(
        taken.map(({ text, length }) => [text[0], length]),
        payloads.map((payload) => [payload.toString()[0], 1000]),
      );
    }
    assert.equal(receiving.sum().datagrams, 40);
    await receiving.close();
  });
}

for (const kind of ["ring", "recvmmsg"] as const) {
  test(`${kind}: sources of both families come to the worker of their bucket`, async () => {
    const send: typeof sendFrom = (...sending) => inNamespace(wire.exporters, () => sendFrom(...sending));
    for (const [to, prefix, length] of [
      ["192.0.2.1", "192.0.2.", 24],
      ["2001:db8::1", "2001:db8::", 64],
    ] as const) {
      const sources = Array.from({ length: 24 }, (_, index) => `${prefix}${index + 20}`);
      for (const source of sources) wire.addAddress(wire.exporters, "ei", `${source}/${length}`);
      const options = { kind, ports: [port], workers: 3, receiveBufferBytes: 4_194_304 };
      await checkSteering({ ...options, namespace: wire.collector }, to, sources, send);
      for (const source of sources) wire.removeAddress(wire.exporters, "ei", `${source}/${length}`);
    }
  });
}

test("ring: an address that the machine gets later is taken, one that it loses no more", async () => {
  const receiving = await collecting({ kind: "ring" });
  const late = (text: string): void => {
    wire.put("0800", ipv4Of(packet(text, { to: "192.0.2.77" })));
  };
  late("before");
  wire.addAddress(wire.collector, "ci", "192.0.2.77/24");
  await repeat(
    () => late("while it is here"),
    () => receiving.until(({ datagrams }) => datagrams > 0),
  );
  wire.removeAddress(wire.collector, "ci", "192.0.2.77/24");
  await new Promise((resolve) => setTimeout(resolve, 2500));
  late("after");
  const texts = new Set(await textsBefore(receiving));
  await receiving.close();
  assert.deepEqual(texts, new Set(["while it is here"]));
});

test("ring: only the interfaces that are named are read", async () => {
  const receiving = await collecting({ kind: "ring", interfaces: ["ci"] });
  const elsewhere = [Buffer.from("by the loopback interface")];
  await inNamespace(wire.collector, () => sendFrom("192.0.2.1", "192.0.2.1", port, elsewhere));
  wire.put("0800", ipv4Of(packet("by the card")));
  assert.deepEqual(await textsBefore(receiving), ["by the card"]);
  await receiving.close();
  await assert.rejects(collecting({ kind: "ring", interfaces: ["ci", "nonesuch"] }), {
    code: "NO_INTERFACE",
    value: "nonesuch",
  });
});

test("ring: the kernel answers no sender that the port is closed", async () => {
  const receiving = await collecting({ kind: "ring" });
  const sender = await inNamespace(wire.exporters, () => {
    const options = { host: "192.0.2.1", port, payloads: [Buffer.from("a")] };
    return new DatagramSender(options);
  });
  // An ICMP port unreachable would make a later send on the connected socket fail.
  for (let turn = 0; turn < 5; turn++) {
    assert.deepEqual([sender.send(1).errors, turn], [0, turn]);
    await receiving.until(({ datagrams }) => datagrams === turn + 1);
  }
  sender.close();
  await receiving.close();
});

/** Does `what` every 100 ms until `until` is fulfilled. */
async function repeat(what: () => void, until: () => Promise<unknown>): Promise<void> {
  const timer = setInterval(what, 100);
  try {
    await until();
  } finally {
    clearInterval(timer);
  }
}

/** A fragment of an IPv4 packet: octets `from` to `from + length` behind its header. */
function fragmentOf(whole: Uint8Array, from: number, length: number, more: boolean): Uint8Array {
  const piece = Uint8Array.of(...whole.subarray(0, 20), ...whole.subarray(20 + from, 20 + from + length));
  const view = new DataView(piece.buffer);
  view.setUint16(2, piece.length);
  view.setUint16(6, (more ? 0x2000 : 0) | (from >> 3));
  view.setUint16(10, 0);
  let sum = 0;
  for (let offset = 0; offset < 20; offset += 2) sum += view.getUint16(offset);
  sum = (sum & 0xffff) + (sum >> 16);
  view.setUint16(10, 0xffff - ((sum & 0xffff) + (sum >> 16)));
  return piece;
}
