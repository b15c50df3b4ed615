import assert from "node:assert/strict";
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { whyNoLibc } from "./libc.ts";
import { DatagramSender } from "./sender.ts";

const skip = whyNoLibc() ?? false;

/** Takes `count` datagrams of 127.0.0.1 while `send` runs; each as its text and source. */
async function taking(count: number, send: (port: number) => void): Promise<string[]> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const taken: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on("message", (message, remote: RemoteInfo) => {
    if (taken.push(`${message.toString("latin1")} ${remote.address}`) === count) resolve();
  });
  send(socket.address().port);
  await promise;
  socket.close();
  return taken;
}

const payloads = ["a", "b", "c"].map((text) => Buffer.from(text));

test("payloads go in turn, from the sources in turn", { skip }, async () => {
  const taken = await taking(7, (port) => {
    const sources = ["127.0.0.1", "127.0.0.2"];
    const sender = new DatagramSender({ host: "127.0.0.1", port, payloads, sources, batch: 2 });
    const { datagrams, octets, errors } = sender.send(7);
    sender.close();
    assert.deepEqual([datagrams, octets, errors], [7, 7, 0]);
  });
  assert.deepEqual(
    taken.map((text) => text.split(" ")[0]),
    ["a", "b", "c", "a", "b", "c", "a"],
  );
  assert.deepEqual(
    taken.map((text) => text.split(" ")[1].at(-1)),
    ["1", "1", "2", "1", "1", "2", "1"],
  );
});

test("thousands of sources leave by one socket", { skip }, async () => {
  const sources = Array.from({ length: 1000 }, (_, index) => `127.1.${index >> 8}.${index & 255}`);
  const prepared = new Set<number>();
  const taken = await taking(30, (port) => {
    const prepare = (view: DataView, offset: number, length: number, source: number): void => {
      prepared.add(source);
      view.setUint8(offset + length - 1, 65 + source);
    };
    const sender = new DatagramSender({ host: "127.0.0.1", port, payloads, sources, batch: 3, prepare });
    sender.send(30);
    sender.close();
  });
  assert.deepEqual(
    taken,
    Array.from({ length: 30 }, (_, index) => `${String.fromCharCode(65 + index)} 127.1.0.${index}`),
  );
  assert.equal(prepared.size, 30);
});

test("segments leave in one call and arrive apart", { skip }, async () => {
  const taken = await taking(6, (port) => {
    const sender = new DatagramSender({ host: "127.0.0.1", port, payloads, segments: 3 });
    const { datagrams, octets } = sender.send(6);
    sender.close();
    assert.deepEqual([datagrams, octets], [6, 6]);
  });
  assert.deepEqual(new Set(taken), new Set(["a 127.0.0.1", "b 127.0.0.1", "c 127.0.0.1"]));
});
