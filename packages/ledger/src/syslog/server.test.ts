import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { formatLeased } from "../lease/resolution.ts";
import { SyslogFrames } from "./frames.ts";
import { SyslogServer, type SyslogServerOptions } from "./server.ts";

const line = (port: number): string =>
  `<30>May 11 20:00:00 mx JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 192.0.2.1:${port}-${port + 127}`;

/** A server on loopback, and what it handed on. */
async function opened(t: TestContext, more: Partial<SyslogServerOptions> = {}) {
  const got: string[] = [];
  const server = await SyslogServer.open({
    host: "127.0.0.1",
    udpPort: 0,
    tcpPort: 0,
    from: ["127.0.0.0/8"],
    reading: { timeZone: "UTC" },
    onEvents: async (events) => {
      for (const { prefix } of events) got.push(formatLeased(prefix.words, 128, prefix.ports ?? null));
      await Promise.resolve();
    },
    ...more,
  });
  t.after(() => server.close());
  return { server, got };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function sendUdp(port: number, ...texts: string[]): Promise<void> {
  const socket = createSocket("udp4");
  for (const text of texts) await new Promise((resolve) => socket.send(text, port, "127.0.0.1", resolve));
  socket.close();
}

test("messages over UDP are taken, several in one datagram too", async (t) => {
  const { server, got } = await opened(t);
  await sendUdp(
    server.udpPort!,
    line(1024),
    `${line(2048)}\n${line(4096)}\n`,
    "<34>May 11 20:00:00 mx cron",
    "JSERVICES_NAT_PORT_BLOCK_ALLOC: ?",
  );
  await until(() => server.stats.messages === 5);
  assert.deepEqual(got.toSorted(), ["192.0.2.1:1024-1151", "192.0.2.1:2048-2175", "192.0.2.1:4096-4223"]);
  assert.deepEqual(
    [server.stats.bindings, server.stats.passedOver, server.stats.unreadable, server.stats.lastUnreadable],
    [3, 1, 1, "the port block of the message cannot be read"],
  );
});

test("messages over TCP are taken by either framing, however the stream is cut", async (t) => {
  const { server, got } = await opened(t);
  for (const octets of [
    `${line(1024)}\n${line(2048)}\n`,
    `${line(1024).length} ${line(1024)}${line(4096).length} ${line(4096)}`,
  ]) {
    const connection = connect(server.tcpPort!, "127.0.0.1");
    await once(connection, "connect");
    for (const octet of octets.match(/.{1,7}/gs) ?? []) {
      connection.write(octet);
      await new Promise((resolve) => setImmediate(resolve));
    }
    connection.end();
    await once(connection, "close");
  }
  await until(() => got.length === 4);
  assert.deepEqual(got, [
    "192.0.2.1:1024-1151",
    "192.0.2.1:2048-2175",
    "192.0.2.1:1024-1151",
    "192.0.2.1:4096-4223",
  ]);
});

test("who is not listed is not heard, and is counted", async (t) => {
  const { server, got } = await opened(t, { from: ["192.0.2.0/24"] });
  await sendUdp(server.udpPort!, line(1024));
  const connection = connect(server.tcpPort!, "127.0.0.1");
  connection.on("error", () => {});
  await once(connection, "close");
  await until(() => server.stats.dropped.unknownSender === 2);
  assert.deepEqual(got, []);
});

test("while messages are not durable, datagrams past the bound are dropped and TCP waits", async (t) => {
  const waiting: (() => void)[] = [];
  const { server } = await opened(t, {
    inFlight: 2,
    onEvents: () => new Promise((resolve) => waiting.push(resolve)),
  });
  await sendUdp(server.udpPort!, line(1024), line(2048));
  await until(() => waiting.length === 2);
  await sendUdp(server.udpPort!, line(4096));
  await until(() => server.stats.dropped.inFlightFull === 1);
  const connection = connect(server.tcpPort!, "127.0.0.1");
  await once(connection, "connect");
  connection.write(`${line(1024)}\n`);
  await until(() => waiting.length === 3);
  connection.write(`${line(2048)}\n`);
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(waiting.length, 3);
  for (const wake of waiting) wake();
  await until(() => waiting.length === 4);
  waiting[3]();
  connection.destroy();
});

test("a stream is cut into the same messages however it comes", () => {
  const message = fc
    .string({ minLength: 1, maxLength: 40 })
    .map((text) => `<1>${text.replaceAll(/[\s\0]/g, "_")}`);
  fc.assert(
    fc.property(
      fc.array(message),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      (messages, isCounted, cut) => {
        const octets = Buffer.from(
          messages.map((text) => (isCounted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`)).join(""),
        );
        const frames = new SyslogFrames();
        const got: string[] = [];
        for (let at = 0; at < octets.length; at += cut)
          got.push(...frames.push(octets.subarray(at, at + cut)));
        assert.deepEqual(got, messages);
      },
    ),
  );
});

test("a stream that never ends its message is given up", () => {
  const frames = new SyslogFrames();
  for (let n = 0; n < 40 && !frames.broken; n++) frames.push(Buffer.alloc(4096, 0x41));
  assert.ok(frames.broken);
  assert.deepEqual(frames.push(Buffer.from("x\n")), []);
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A certificate of its own signing, made out to `name`, and its key, both PEM. */
function selfSigned(name: string): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "syslog-tls-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", [...made, "-days", "2", "-subj", `/CN=${name}`, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const pems = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  rmSync(folder, { recursive: true });
  return pems;
}

test(
  "messages over TLS are taken from senders whose certificate is in order, others are told why not",
  { skip: hasOpenssl ? false : "no openssl on this machine to make certificates with" },
  async (t) => {
    const [collector, nat, renewed] = ["collector", "nat", "renewed"].map(selfSigned);
    const { server, got } = await opened(t, {
      tls: {
        port: 0,
        context: { ...collector, ca: nat.cert },
        asksSenders: true,
        peerFault: (socket) => (socket.authorized ? null : "certificate refused"),
      },
    });
    const dial = async (options: ConnectionOptions) => {
      const socket = connectTls({ port: server.tlsPort!, host: "127.0.0.1", ...options });
      socket.on("error", () => {});
      return socket;
    };
    const sent = line(1024);
    const first = await dial({ ...nat, ca: collector.cert, checkServerIdentity: () => undefined });
    await once(first, "secureConnect");
    // By octet counting (RFC 5425, 4.3), cut in the middle.
    const framed = `${sent.length} ${sent}${line(2048).length} ${line(2048)}`;
    first.write(framed.slice(0, 20));
    first.end(framed.slice(20));
    await until(() => got.length === 2);
    assert.deepEqual(got, ["192.0.2.1:1024-1151", "192.0.2.1:2048-2175"]);

    const stranger = await dial({ ...renewed, rejectUnauthorized: false });
    await once(stranger, "close");
    assert.equal(server.stats.dropped.handshakeFailed, 1);
    assert.equal(server.stats.lastHandshakeFailure, "certificate refused");
    const plain = connect(server.tlsPort!, "127.0.0.1", () => plain.write(`${line(4096)}\n`));
    plain.on("error", () => {});
    await once(plain, "close");
    await until(() => server.stats.dropped.handshakeFailed === 2);
    assert.equal(got.length, 2);

    server.renewTls({ ...renewed, ca: nat.cert });
    const later = await dial({ ...nat, ca: renewed.cert, checkServerIdentity: () => undefined });
    await once(later, "secureConnect");
    assert.equal(later.authorized, true);
    later.end();
    await until(() => server.stats.connections === 0);
  },
);
