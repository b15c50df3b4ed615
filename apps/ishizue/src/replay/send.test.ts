import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test, type TestContext } from "node:test";
import { CaptureWriter } from "../capture/write.ts";
import { Stages } from "../progress/stages.ts";
import { CaptureSender, type SendOptions } from "./send.ts";

/** A capture: each datagram with when it was captured, its text and its destination port. */
async function capture(
  t: TestContext,
  datagrams: readonly [atMs: number, text: string, port: number][],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "replay-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "capture.pcap");
  const writer = new CaptureWriter(file);
  for (const [atMs, text, port] of datagrams) {
    await writer.write("192.0.2.7", 4000, port, 1_700_000_000_000 + atMs, new TextEncoder().encode(text));
  }
  await writer.close();
  return file;
}

async function collector(t: TestContext) {
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  const taken: { text: string; from: string }[] = [];
  socket.on("message", (message, { address, port }) => {
    taken.push({ text: message.toString(), from: `${address} ${port}` });
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const of = async (count: number): Promise<typeof taken> => {
    while (taken.length < count) await once(socket, "message");
    return taken;
  };
  return { to: { host: "127.0.0.1", port: socket.address().port }, taken, of };
}

async function send(file: string, options: SendOptions, stopAfterMs?: number): Promise<string> {
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY: false });
  const sender = await CaptureSender.open(options);
  if (stopAfterMs !== undefined) setTimeout(() => sender.stop(), stopAfterMs);
  await sender.send(file, new Stages(1, output as unknown as NodeJS.WriteStream));
  await sender.close();
  return String(output.read());
}

test("a capture reaches a collector in its order, RADIUS left out", async (t) => {
  const { to, of } = await collector(t);
  const file = await capture(t, [
    [0, "one", 2055],
    [10, "secret", 1813],
    [20, "two", 9995],
  ]);
  const told = await send(file, { to: [to], speed: "full", maxGapMs: undefined, ownAddress: true });
  assert.deepEqual(
    (await of(2)).map(({ text }) => text),
    ["one", "two"],
  );
  assert.match(told, /2 datagrams, 1 RADIUS datagrams passed over/);
});

test("pauses longer than allowed are left out and told", async (t) => {
  const { to, of } = await collector(t);
  const file = await capture(t, [
    [0, "before", 2055],
    [36_000_000, "after ten hours", 2055],
  ]);
  const told = await send(file, { to: [to], speed: "recorded", maxGapMs: 5, ownAddress: true });
  assert.equal((await of(2))[1].text, "after ten hours");
  assert.match(told, /36000 s of pauses left out/);
});

test("stopping ends a replay between two datagrams that are hours apart", async (t) => {
  const { to, taken } = await collector(t);
  const file = await capture(t, [
    [0, "sent", 2055],
    [36_000_000, "never sent", 2055],
  ]);
  const told = await send(file, { to: [to], speed: "recorded", maxGapMs: undefined, ownAddress: true }, 20);
  assert.match(told, /1 datagrams, stopped/);
  assert.ok(taken.length <= 1);
});
