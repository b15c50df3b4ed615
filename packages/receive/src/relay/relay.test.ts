import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { SourceTable } from "../source/source.ts";
import { RelayError } from "./error.ts";
import { Relay, type RelayOptions } from "./relay.ts";

const sources = new SourceTable();

/** A collector on loopback; what it was sent, with where from. */
async function collector(t: TestContext, host = "127.0.0.1") {
  const socket: Socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  t.after(() => socket.close());
  const taken: { text: string; from: string }[] = [];
  socket.on("message", (message, { address, port }) => {
    taken.push({ text: message.toString("latin1"), from: `${address} ${port}` });
  });
  socket.bind(0, host);
  await once(socket, "listening");
  const of = async (count: number): Promise<typeof taken> => {
    while (taken.length < count) await once(socket, "message");
    return taken;
  };
  return { host, port: socket.address().port, of };
}

async function relaying(t: TestContext, options: Partial<RelayOptions> & Pick<RelayOptions, "targets">) {
  const relay = await Relay.open({
    listened: [{ host: "127.0.0.1", ports: [2055] }],
    sourceAddress: "own",
    ...options,
  });
  t.after(() => relay.close());
  const take = (text: string, source = "192.0.2.7", sourcePort = 4000): void => {
    // In the middle of a buffer that is used again, as a receiver's.
    const bytes = new Uint8Array(text.length + 6).fill(33);
    bytes.set(new TextEncoder().encode(text), 3);
    relay.take(
      bytes,
      new DataView(bytes.buffer),
      3,
      text.length,
      sources.ofText(source),
      0,
      sourcePort,
      2055,
    );
    bytes.fill(63);
  };
  return { relay, take };
}

test("a datagram goes to every target, its octets as they came", async (t) => {
  const one = await collector(t);
  const two = await collector(t);
  const { relay, take } = await relaying(t, { targets: [one, two] });
  take("first");
  take("second");
  for (const { of } of [one, two]) {
    assert.deepEqual(
      (await of(2)).map(({ text }) => text),
      ["first", "second"],
    );
  }
  const { datagrams, octets, filtered, keepsSource, targets } = relay.stats();
  assert.deepEqual([datagrams, octets, filtered, keepsSource], [2, 11, 0, false]);
  assert.deepEqual(
    targets.map(({ sent, sentAsSelf, dropped, errors, octets }) => [
      sent,
      sentAsSelf,
      dropped,
      errors,
      octets,
    ]),
    [
      [2, 2, 0, 0, 11],
      [2, 2, 0, 0, 11],
    ],
  );
  assert.equal(relay.whyOwnAddress, "so it was asked for");
});

test("a target where nobody listens is counted and stops no other", async (t) => {
  const gone = createSocket("udp4");
  gone.bind(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address();
  gone.close();
  const there = await collector(t);
  const { relay, take } = await relaying(t, { targets: [{ host: "127.0.0.1", port }, there] });
  for (let count = 1; count <= 20; count++) {
    take(`datagram ${count}`);
    await there.of(count);
  }
  const [refused, reached] = relay.stats().targets;
  assert.deepEqual([reached.sent, reached.errors], [20, 0]);
  assert.ok(refused.errors > 0);
  assert.equal(refused.lastError, "ECONNREFUSED");
});

test("only the exporters asked for are forwarded", async (t) => {
  const target = await collector(t);
  const { relay, take } = await relaying(t, { targets: [target], from: ["192.0.2.0/28", "2001:db8::/32"] });
  take("a", "192.0.2.15");
  take("b", "192.0.2.16");
  take("c", "2001:db8::1");
  assert.deepEqual(
    (await target.of(2)).map(({ text }) => text),
    ["a", "c"],
  );
  assert.deepEqual([relay.stats().datagrams, relay.stats().filtered], [3, 1]);
});

test("a target that is the relay itself is refused, one beside it is not", async () => {
  const open = (targets: RelayOptions["targets"], host: string): Promise<Relay> =>
    Relay.open({ targets, listened: [{ host, ports: [2055, 4739] }], sourceAddress: "own" });
  for (const [target, host] of [
    ["127.0.0.1", "::"],
    ["127.8.8.8", "0.0.0.0"],
    ["::1", "::"],
    ["localhost", "::"],
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "127.0.0.1"],
  ]) {
    await assert.rejects(
      open([{ host: target, port: 4739 }], host),
      { code: "RELAY_LOOP" },
      `${target} ${host}`,
    );
  }
  for (const [target, host, port] of [
    ["127.0.0.1", "::", 9995],
    ["127.0.0.2", "127.0.0.1", 2055],
    ["192.0.2.1", "0.0.0.0", 2055],
  ] as const) {
    await (await open([{ host: target, port }], host)).close();
  }
});

test("targets that cannot be used are told by name", async () => {
  const listened = [{ host: "::", ports: [2055] }];
  const target = { host: "192.0.2.1", port: 2055 };
  await assert.rejects(Relay.open({ targets: [], listened }), { code: "NO_TARGET" });
  await assert.rejects(Relay.open({ targets: [target, { ...target }], listened }), (error) => {
    assert.ok(error instanceof RelayError);
    assert.deepEqual([error.code, error.value], ["SAME_TARGET", "192.0.2.1:2055"]);
    return true;
  });
  await assert.rejects(Relay.open({ targets: [{ host: "no-such-host.invalid", port: 1 }], listened }), {
    code: "UNKNOWN_HOST",
    value: "no-such-host.invalid:1",
  });
  await assert.rejects(Relay.open({ targets: [target], listened, from: ["all"] }), { code: "BAD_PREFIX" });
});

test("where raw sockets may be opened the exporter's address and port are kept, in fragments too", async (t) => {
  const target = await collector(t);
  const six = await collector(t, "::1");
  const { relay, take } = await relaying(t, { targets: [target, six], sourceAddress: "auto", mtu: 1280 });
  if (relay.whyOwnAddress !== null) {
    assert.match(relay.whyOwnAddress, /raw|koffi|made for/);
    t.skip(relay.whyOwnAddress);
    return;
  }
  const long = "0123456789".repeat(400);
  take("short", "127.0.0.77", 4001);
  take(long, "127.0.0.78", 4002);
  take("six", "::1", 4003);
  take(long, "::1", 4004);
  const four = await target.of(4);
  assert.deepEqual(
    four.slice(0, 2).map(({ text, from }) => [text, from]),
    [
      ["short", "127.0.0.77 4001"],
      [long, "127.0.0.78 4002"],
    ],
  );
  // What is of another family than the target comes from this machine's address, perhaps before the others.
  const own = (await six.of(4)).filter(({ from }) => !from.endsWith("4003") && !from.endsWith("4004"));
  assert.deepEqual(new Set(own.map(({ text }) => text)), new Set(["short", long]));
  const kept = (await six.of(4)).filter(({ from }) => from === "::1 4003" || from === "::1 4004");
  assert.deepEqual(new Set(kept.map(({ text }) => text)), new Set(["six", long]));
  const [first, second] = relay.stats().targets;
  assert.deepEqual([first.sent, first.sentAsSelf, first.errors], [4, 2, 0]);
  assert.deepEqual([second.sent, second.sentAsSelf, second.errors], [4, 2, 0]);
});
