import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { StreamError } from "./error.ts";
import { StreamReceiver, type StreamReceiverOptions } from "./receiver.ts";

/** An IPFIX message without sets, `octets` long, numbered. */
function message(sequence: number, octets = 16): Uint8Array {
  const bytes = new Uint8Array(octets);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 10);
  view.setUint16(2, octets);
  view.setUint32(8, sequence);
  return bytes;
}

/** A receiver on loopback that writes down what happens, and how to wait until it has. */
async function listening(t: TestContext, options: Partial<StreamReceiverOptions> = {}) {
  const log: string[] = [];
  const waiting: { until: (log: readonly string[]) => boolean; resolve: () => void }[] = [];
  const note = (line: string): void => {
    log.push(line);
    for (const one of waiting) if (one.until(log)) one.resolve();
  };
  const receiver = await StreamReceiver.open({
    host: "127.0.0.1",
    port: 0,
    ...options,
    onMessage: (bytes, view, offset, length, source, arrivalMs, sourcePort, localPort) => {
      assert.ok(arrivalMs > 0 && sourcePort > 0 && localPort > 0);
      assert.equal(view.buffer, bytes.buffer);
      const session = source.state as { id: number };
      note(`${session.id}: ${source.address} ${view.getUint32(offset + 8)} of ${length}`);
    },
    onOpen: (session) => {
      session.source.state = { id: session.id };
      note(`${session.id}: open`);
    },
    onClose: (session, reason) => {
      note(`${session.id}: ${reason}`);
    },
  });
  t.after(() => receiver.close());
  const noted = (until: (log: readonly string[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (until(log)) resolve();
      else waiting.push({ until, resolve });
    });
  const dial = async (): Promise<Socket> => {
    const socket = connect(receiver.port ?? 0, "127.0.0.1");
    socket.on("error", () => {});
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  };
  return { receiver, log, noted, dial };
}

test("messages of a session arrive in order, however TCP cuts them; closing is the end of the session", async (t) => {
  const { receiver, log, noted, dial } = await listening(t);
  const socket = await dial();
  socket.setNoDelay(true);
  const stream = Uint8Array.fromHex(
    [message(1), message(2, 300), message(3)].map((bytes) => bytes.toHex()).join(""),
  );
  for (const [from, to] of [
    [0, 3],
    [3, 40],
    [40, 332],
  ]) {
    socket.write(stream.subarray(from, to));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await noted((lines) => lines.length === 4);
  assert.equal(receiver.stats().open, 1);
  assert.deepEqual(
    receiver
      .stats()
      .sessionList.map(({ address, messages, octets, secure }) => [address, messages, octets, secure]),
    [["127.0.0.1", 3, 332, false]],
  );
  socket.end();
  await noted((lines) => lines.length === 5);
  assert.deepEqual(log, [
    "1: open",
    "1: 127.0.0.1 1 of 16",
    "1: 127.0.0.1 2 of 300",
    "1: 127.0.0.1 3 of 16",
    "1: ended",
  ]);
  const { sessions, messages, octets, closed, partialMessages, open } = receiver.stats();
  assert.deepEqual([sessions, messages, octets, closed.ended, partialMessages, open], [1, 3, 332, 1, 0, 0]);
});

test("two sessions of one address have a source each", async (t) => {
  const { log, noted, dial } = await listening(t);
  const one = await dial();
  one.write(message(11));
  await noted((lines) => lines.length === 2);
  const two = await dial();
  two.write(message(21));
  await noted((lines) => lines.length === 4);
  one.write(message(12));
  await noted((lines) => lines.length === 5);
  assert.deepEqual(
    log.filter((line) => line.includes(" of ")),
    ["1: 127.0.0.1 11 of 16", "2: 127.0.0.1 21 of 16", "1: 127.0.0.1 12 of 16"],
  );
});

test("what is no IPFIX ends the session and is counted by reason; messages before it are kept", async (t) => {
  const { receiver, log, noted, dial } = await listening(t);
  const version9 = message(2);
  version9[1] = 9;
  const short = message(3);
  short[3] = 15;
  for (const [bad, lines] of [
    [version9, 3],
    [short, 6],
  ] as const) {
    const socket = await dial();
    socket.write(message(1));
    socket.write(bad);
    await Promise.all([once(socket, "close"), noted((seen) => seen.length === lines)]);
  }
  assert.deepEqual(log, [
    "1: open",
    "1: 127.0.0.1 1 of 16",
    "1: badVersion",
    "2: open",
    "2: 127.0.0.1 1 of 16",
    "2: badLength",
  ]);
  const { closed, open } = receiver.stats();
  assert.deepEqual([closed.badVersion, closed.badLength, open], [1, 1, 0]);
});

test("a message cut by the end of its session is counted, not given", async (t) => {
  const { receiver, noted, dial } = await listening(t);
  const socket = await dial();
  socket.end(message(1, 40).subarray(0, 30));
  await noted((lines) => lines.length === 2);
  const { partialMessages, messages, octets } = receiver.stats();
  assert.deepEqual([partialMessages, messages, octets], [1, 0, 30]);
});

test("a session that says nothing is closed after the idle time", async (t) => {
  const { receiver, log, noted, dial } = await listening(t, { limits: { idleMs: 30 } });
  const socket = await dial();
  await Promise.all([once(socket, "close"), noted((lines) => lines.length === 2)]);
  assert.deepEqual([log, receiver.stats().closed.idle], [["1: open", "1: idle"], 1]);
});

test("connections past the limits are refused and counted, and a place that is free again is given", async (t) => {
  const { receiver, noted, dial } = await listening(t, { limits: { sessionsPerSource: 2 } });
  const first = await dial();
  await dial();
  await noted((lines) => lines.length === 2);
  const third = await dial();
  await once(third, "close");
  assert.deepEqual([receiver.stats().refusedOverLimit, receiver.stats().open], [1, 2]);
  first.destroy();
  await noted((lines) => lines.length === 3);
  await dial();
  await noted((lines) => lines.at(-1) === "3: open");
  assert.deepEqual([receiver.stats().refusedOverLimit, receiver.stats().open], [1, 2]);
});

test("an address that is not let in is refused", async (t) => {
  const { receiver, log, dial } = await listening(t, { allow: ["192.0.2.0/24"] });
  await once(await dial(), "close");
  assert.deepEqual([receiver.stats().refusedAddresses, log], [1, []]);
});

test("a paused receiver reads nothing, and everything after it is resumed", async (t) => {
  const { receiver, log, noted, dial } = await listening(t);
  const socket = await dial();
  socket.write(message(1));
  await noted((lines) => lines.length === 2);
  receiver.pause();
  // More than the socket buffers of both ends hold: the exporter has to wait.
  const many = new Uint8Array(300 * 65_535);
  for (let index = 0; index < 300; index++) many.set(message(index + 2, 65_535), 65_535 * index);
  let written = false;
  socket.write(many, () => {
    written = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([written, receiver.stats().paused], [false, true]);
  assert.equal(receiver.stats().messages, 1);
  receiver.resume();
  await noted((lines) => lines.length === 302);
  assert.equal(log.at(-1), "1: 127.0.0.1 301 of 65535");
});

test("what exporters had sent is still taken while the receiver closes", async (t) => {
  const { receiver, log, noted, dial } = await listening(t);
  const socket = await dial();
  await noted((lines) => lines.length === 1);
  receiver.pause();
  await new Promise<void>((resolve) => {
    socket.write(message(7), () => {
      resolve();
    });
  });
  await receiver.close();
  assert.deepEqual(log, ["1: open", "1: 127.0.0.1 7 of 16", "1: closed"]);
  await receiver.close();
  const refused = connect(receiver.port ?? 0, "127.0.0.1");
  await assert.rejects(once(refused, "connect"), { code: "ECONNREFUSED" });
});

test("a port in use is told with its number and what to do", async (t) => {
  const { receiver } = await listening(t);
  const port = receiver.port ?? 0;
  await assert.rejects(StreamReceiver.open({ host: "127.0.0.1", port, onMessage: () => {} }), (error) => {
    assert.ok(error instanceof StreamError);
    assert.deepEqual([error.code, error.value], ["PORT_IN_USE", `127.0.0.1:${port}`]);
    assert.match(error.advice, new RegExp(`ss -ltnp 'sport = :${port}'`));
    return true;
  });
  await assert.rejects(StreamReceiver.open({ port: 0, allow: ["192.0.2.0/99"], onMessage: () => {} }), {
    code: "BAD_PREFIX",
    value: "192.0.2.0/99",
  });
});
