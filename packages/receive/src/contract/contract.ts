/** What every receiver owes, whatever its kind: the same tests for all. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { afterEach, test } from "node:test";
import { ReceiveError } from "../dgram/error.ts";
import { whyNoLibc } from "../ffi/libc.ts";
import { DatagramSender } from "../ffi/sender.ts";
import { closePlan, planReceiver } from "../socket/plan.ts";
import type { ReceiverKind } from "../socket/receiver.ts";
import { endReceiving, Receiving } from "./receiving.ts";

/** Sends payloads one after the other from one socket of `from`; its port. */
export async function sendFrom(
  from: string,
  to: string,
  port: number,
  payloads: readonly Uint8Array[],
): Promise<number> {
  const socket = createSocket(to.includes(":") ? "udp6" : "udp4");
  socket.bind(0, from);
  await once(socket, "listening");
  const sourcePort = socket.address().port;
  for (const payload of payloads) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.send(payload, port, to, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
    await promise;
  }
  socket.close();
  return sourcePort;
}

const text = (value: string): Uint8Array => Buffer.from(value);
const digestOf = (payload: Uint8Array): string => createHash("sha1").update(payload).digest("hex");
const payloadOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 255);

/** Registers the tests of one kind; `ring` needs CAP_NET_RAW. */
export function receiverContract(kind: ReceiverKind): void {
  const needsLibc = whyNoLibc() ?? false;
  afterEach(endReceiving);

  test(`${kind}: datagrams of several ports arrive with source, source port and local port`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.1", ports: [0, 0] });
    const [one, two] = receiving.ports;
    const first = await sendFrom("127.0.0.1", "127.0.0.1", one, [text("first"), text("")]);
    const second = await sendFrom("127.0.0.9", "127.0.0.1", two, [text("second")]);
    await receiving.until(({ datagrams }) => datagrams === 3);
    const [{ stats, kind: told, arrivalsInOrder }] = receiving.told;
    await receiving.close();
    assert.deepEqual(
      receiving.taken[0]
        .map(({ text, source, sourcePort, localPort }) => `${text} ${source} ${sourcePort} ${localPort}`)
        .sort(),
      [` 127.0.0.1 ${first} ${one}`, `first 127.0.0.1 ${first} ${one}`, `second 127.0.0.9 ${second} ${two}`],
    );
    assert.ok(receiving.taken[0].every(({ oneBuffer }) => oneBuffer));
    // An hour off would be another clock, or another unit.
    assert.ok(receiving.taken[0].every(({ delayMs }) => Math.abs(delayMs) < 3_600_000));
    assert.ok(arrivalsInOrder);
    assert.deepEqual([told, stats.datagrams, stats.octets, stats.sources], [kind, 3, 11, 2]);
    assert.deepEqual(
      [stats.socketErrors, stats.truncated, stats.badChecksums, stats.fragments],
      [0, 0, 0, 0],
    );
    assert.ok(
      stats.sockets.length > 0 && stats.sockets.every(({ receiveBufferBytes }) => receiveBufferBytes > 0),
    );
    if (process.platform === "linux") assert.equal(stats.kernelDrops, 0);
  });

  const noIpv6 = Object.values(networkInterfaces())
    .flat()
    .every((address) => address?.address !== "::1");
  test(`${kind}: the host :: is every address of both families`, { skip: noIpv6 }, async () => {
    const receiving = await Receiving.start({ kind, ports: [0] });
    const [port] = receiving.ports;
    await sendFrom("127.0.0.1", "127.0.0.1", port, [text("four")]);
    await sendFrom("::1", "::1", port, [text("six")]);
    await receiving.until(({ datagrams }) => datagrams === 2);
    await receiving.close();
    assert.deepEqual(receiving.taken[0].map(({ text, source }) => `${text} ${source}`).sort(), [
      "four 127.0.0.1",
      "six ::1",
    ]);
  });

  test(`${kind}: what is sent to another address than the host's is not taken`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.7", ports: [0] });
    const [port] = receiving.ports;
    await sendFrom("127.0.0.1", "127.0.0.8", port, [text("not ours")]).catch(() => {});
    await sendFrom("127.0.0.1", "127.0.0.7", port, [text("ours")]);
    await receiving.until(({ datagrams }) => datagrams === 1);
    await receiving.close();
    assert.deepEqual(
      receiving.taken[0].map(({ text }) => text),
      ["ours"],
    );
  });

  test(`${kind}: datagrams of 0 to 65,507 octets arrive whole`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.1", ports: [0] });
    const lengths = [0, 1, 2, 3, 1400, 2047, 2048, 2049, 9000, 30_001, 65_506, 65_507, 7];
    const payloads = lengths.map(payloadOf);
    await sendFrom("127.0.0.1", "127.0.0.1", receiving.ports[0], payloads);
    await receiving.until(({ datagrams }) => datagrams === lengths.length);
    const [{ stats }] = await receiving.close();
    assert.deepEqual(
      receiving.taken[0].map(({ length, digest }) => [length, digest]),
      payloads.map((payload) => [payload.length, digestOf(payload)]),
    );
    assert.equal(
      stats.octets,
      lengths.reduce((sum, length) => sum + length, 0),
    );
  });

  test(
    `${kind}: of a burst every datagram is either given or counted as dropped`,
    { skip: needsLibc },
    async () => {
      const options = { kind, host: "127.0.0.1", ports: [0], receiveBufferBytes: 65_536, keep: false };
      const receiving = await Receiving.start(options);
      const blocked = receiving.block(300);
      const sender = new DatagramSender({
        host: "127.0.0.1",
        port: receiving.ports[0],
        payloads: [payloadOf(1400)],
      });
      // While the thread sleeps nothing is read; loopback delivers within the call.
      const { datagrams: sent } = sender.send(10_000);
      sender.close();
      await blocked;
      const sum = await receiving.until(({ datagrams, kernelDrops }) => datagrams + kernelDrops >= sent);
      await receiving.close();
      assert.equal(sent, 10_000);
      assert.equal(sum.datagrams + sum.kernelDrops, sent);
      assert.ok(sum.kernelDrops > 0 && sum.datagrams > 0, JSON.stringify(sum));
    },
  );

  test(`${kind}: 100,000 sources are told apart and kept within the limit`, { skip: needsLibc }, async () => {
    const options = { kind, host: "127.0.0.1", ports: [0], sourceLimit: 1000, keep: false };
    const receiving = await Receiving.start(options);
    const sources = Array.from(
      { length: 100_000 },
      (_, index) => `127.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
    ).map((address) => (address === "127.0.0.0" ? "127.9.9.9" : address));
    const sender = new DatagramSender({
      host: "127.0.0.1",
      port: receiving.ports[0],
      payloads: Array.from({ length: 64 }, () => payloadOf(8)),
      sources,
    });
    const { datagrams: sent } = sender.send(100_000);
    sender.close();
    const sum = await receiving.until(({ datagrams, kernelDrops }) => datagrams + kernelDrops >= sent);
    const [{ stats }] = await receiving.close();
    assert.deepEqual([sent, sum.datagrams + sum.kernelDrops], [100_000, 100_000]);
    assert.ok(stats.sources > 0 && stats.sources <= 1000);
  });

  test(`${kind}: a port in use is told with its number and what to do`, async () => {
    const holder = await Receiving.start({ kind, host: "127.0.0.1", ports: [0] });
    const [port] = holder.ports;
    await assert.rejects(Receiving.start({ kind, host: "127.0.0.1", ports: [0, port] }), (error: Error) => {
      // What a worker throws loses its class on the way; its words stay.
      assert.match(error.message, new RegExp(`UDP port ${port} on 127.0.0.1 is taken`));
      if (kind === "dgram") return true;
      assert.ok(error instanceof ReceiveError);
      assert.deepEqual([error.code, error.value], ["PORT_IN_USE", `127.0.0.1:${port}`]);
      assert.match(error.advice, new RegExp(`ss -lunp 'sport = :${port}'`));
      return true;
    });
    await holder.close();
  });

  test(`${kind}: closing while traffic comes ends it, frees the port, and twice is once`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.1", ports: [0], keep: false });
    const [port] = receiving.ports;
    const socket = createSocket("udp4");
    socket.on("error", () => {});
    const flood = setInterval(() => {
      for (let index = 0; index < 50; index++) socket.send(payloadOf(100), port, "127.0.0.1", () => {});
    }, 1);
    await receiving.until(({ datagrams }) => datagrams > 100);
    const [{ late, datagrams, stats }] = await receiving.close();
    clearInterval(flood);
    assert.deepEqual([late, stats.datagrams], [0, datagrams]);
    const again = await Receiving.start({ kind, host: "127.0.0.1", ports: [port], keep: false });
    socket.close();
    assert.deepEqual(again.ports, [port]);
    await again.close();
  });

  test(`${kind}: a plan that nobody opened frees its ports when it is closed`, async () => {
    const plan = await planReceiver({ kind, host: "127.0.0.1", ports: [0, 0] });
    closePlan(plan);
    closePlan(plan);
    if (kind === "dgram") return;
    const again = await planReceiver({ kind, host: "127.0.0.1", ports: plan.ports });
    assert.deepEqual(again.ports, plan.ports);
    closePlan(again);
  });

  if (kind === "dgram") return;
  test(`${kind}: a thread that crashed is followed by another`, async () => {
    const receiving = await Receiving.start({ kind, host: "127.0.0.1", ports: [0] });
    const [port] = receiving.ports;
    await sendFrom("127.0.0.1", "127.0.0.1", port, [text("before")]);
    await receiving.until(({ datagrams }) => datagrams === 1);
    await receiving.crash(0);
    await sendFrom("127.0.0.1", "127.0.0.1", port, [text("between")]);
    await receiving.startThread(0);
    await sendFrom("127.0.0.1", "127.0.0.1", port, [text("after")]);
    await receiving.until(({ datagrams }) => datagrams === 2);
    await receiving.close();
    assert.deepEqual(
      receiving.taken[0].map(({ text }) => text),
      ["before", "between", "after"],
    );
  });
}
