import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import type { OnDatagram } from "../source/source.ts";
import { ReceiveError } from "./error.ts";
import { parseKernelDrops, readKernelDrops } from "./kernel-drops.ts";
import { DgramReceiver } from "./receiver.ts";

/** Sends each payload to 127.0.0.1:port from one socket; its port. */
async function send(port: number, payloads: Uint8Array[], host = "127.0.0.1"): Promise<number> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  const from = socket.address().port;
  for (const payload of payloads) {
    await new Promise<void>((resolve) => {
      socket.send(payload, port, host, () => {
        resolve();
      });
    });
  }
  await new Promise<void>((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
  return from;
}

type Taken = { text: string; source: string; sourcePort: number; localPort: number; sameView: boolean };

/** An onDatagram that keeps copies, and a promise of the `count`th. */
function taking(count: number): { onDatagram: OnDatagram; taken: Taken[]; all: Promise<void> } {
  const taken: Taken[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let first: DataView | null = null;
  const onDatagram: OnDatagram = (bytes, view, offset, length, source, arrivalMs, sourcePort, localPort) => {
    assert.ok(arrivalMs > 0);
    first ??= view;
    const text = new TextDecoder().decode(bytes.subarray(offset, offset + length));
    taken.push({
      text,
      source: source.address,
      sourcePort,
      localPort,
      sameView: view === first && view.buffer === bytes.buffer,
    });
    if (taken.length === count) resolve();
  };
  return { onDatagram, taken, all };
}

test("datagrams of several ports reach one callback, through one view", async () => {
  const { onDatagram, taken, all } = taking(3);
  const receiver = await DgramReceiver.open({
    host: "127.0.0.1",
    ports: [0, 0],
    receiveBufferBytes: 131_072,
    onDatagram,
  });
  const [one, two] = receiver.ports;
  const encoder = new TextEncoder();
  const from = await send(one, [encoder.encode("first"), encoder.encode("")]);
  await send(two, [encoder.encode("second")]);
  await all;
  const stats = receiver.stats();
  await receiver.close();
  assert.deepEqual(
    taken.find(({ text }) => text === "first"),
    {
      text: "first",
      source: "127.0.0.1",
      sourcePort: from,
      localPort: one,
      sameView: true,
    },
  );
  const told = taken.map(({ text, localPort, sameView }) => `${text} ${localPort} ${sameView}`);
  assert.deepEqual(new Set(told), new Set([` ${one} true`, `first ${one} true`, `second ${two} true`]));
  assert.deepEqual([stats.datagrams, stats.octets, stats.socketErrors, stats.sockets.length], [3, 11, 0, 2]);
  assert.deepEqual([stats.receiveBufferAskedBytes, stats.sockets[0].receiveBufferBytes], [131_072, 131_072]);
  if (process.platform === "linux") assert.equal(stats.kernelDrops, 0);
});

test("the host :: is every address of both families", async (t) => {
  const { onDatagram, taken, all } = taking(2);
  const receiver = await DgramReceiver.open({ ports: [0], onDatagram });
  if (receiver.stats().sockets.length < 2) {
    await receiver.close();
    t.skip("no IPv6 on this machine");
    return;
  }
  await send(receiver.ports[0], [Uint8Array.of(52)]);
  await send(receiver.ports[0], [Uint8Array.of(54)], "::1");
  await all;
  await receiver.close();
  assert.deepEqual(
    new Set(taken.map(({ text, source }) => `${text} ${source}`)),
    new Set(["4 127.0.0.1", "6 ::1"]),
  );
});

test("a port in use is told with its number and what to do", async () => {
  const { onDatagram } = taking(1);
  const holder = await DgramReceiver.open({ host: "127.0.0.1", ports: [0], onDatagram });
  const [port] = holder.ports;
  await assert.rejects(DgramReceiver.open({ host: "127.0.0.1", ports: [0, port], onDatagram }), (error) => {
    assert.ok(error instanceof ReceiveError);
    assert.deepEqual([error.code, error.value], ["PORT_IN_USE", `127.0.0.1:${port}`]);
    assert.match(error.advice, new RegExp(`ss -lunp 'sport = :${port}'`));
    return true;
  });
  await holder.close();
});

test("an address of another machine cannot be listened on", async () => {
  const { onDatagram } = taking(1);
  await assert.rejects(DgramReceiver.open({ host: "192.0.2.1", ports: [0], onDatagram }), {
    name: "ReceiveError",
    code: "NO_SUCH_ADDRESS",
    value: "192.0.2.1:0",
  });
});

test("closing twice is closing once, and frees the port", async () => {
  const { onDatagram } = taking(1);
  const receiver = await DgramReceiver.open({ host: "127.0.0.1", ports: [0], onDatagram });
  const [port] = receiver.ports;
  await Promise.all([receiver.close(), receiver.close()]);
  const again = await DgramReceiver.open({ host: "127.0.0.1", ports: [port], onDatagram });
  assert.deepEqual(again.ports, [port]);
  await again.close();
});

test("kernel drops are read by local address and port", () => {
  const udp = [
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
    "  335: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9031 2 00000000eb52e8ad 17",
    "  336: 00000000:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9032 2 00000000eb52e8ae 4",
    "  337: 0100007F:0808 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9033 2 00000000eb52e8af 9",
    "",
  ].join("\n");
  assert.equal(parseKernelDrops(udp, "127.0.0.1", 2055), 17);
  assert.equal(parseKernelDrops(udp, "0.0.0.0", 2055), 4);
  assert.equal(parseKernelDrops(udp, "127.0.0.1", 2057), null);
  const udp6 = udp.replace("0100007F:0807", "B80D0120000000000000000001000000:0807");
  assert.equal(parseKernelDrops(udp6, "2001:db8::1", 2055), 17);
  assert.equal(readKernelDrops("127.0.0.1", 2055, "/nonexistent"), null);
});

test(
  "what overflows a small buffer is counted by the kernel",
  { skip: process.platform !== "linux" },
  async () => {
    const { onDatagram } = taking(1);
    const receiver = await DgramReceiver.open({
      host: "127.0.0.1",
      ports: [0],
      receiveBufferBytes: 65_536,
      onDatagram,
    });
    const sender = createSocket("udp4");
    const payload = new Uint8Array(8000);
    // Nothing is read while this loop holds the thread; loopback delivers within send.
    let sent = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    sender.bind(0, "127.0.0.1");
    await once(sender, "listening");
    sender.connect(receiver.ports[0], "127.0.0.1");
    await once(sender, "connect");
    for (let index = 0; index < 100; index++) {
      sender.send(payload, () => {
        if (++sent === 100) resolve();
      });
    }
    const until = performance.now() + 20;
    while (performance.now() < until);
    await promise;
    await new Promise((done) => setImmediate(done));
    const before = receiver.stats();
    sender.close();
    await receiver.close();
    assert.ok(before.kernelDrops !== null && before.kernelDrops > 0);
    assert.ok(before.kernelDrops + before.datagrams <= 100);
  },
);
