import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { StreamReceiver, type StreamReceiverOptions } from "./receiver.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const skip = hasOpenssl ? false : "no openssl on this machine to make certificates with";
let folder = "";

function file(name: string): string {
  return join(folder, name);
}

before(async () => {
  if (!hasOpenssl) return;
  folder = mkdtempSync(join(tmpdir(), "stream-tls-"));
  await Promise.all([makeCertificate("authority"), makeCertificate("stranger")]);
  await Promise.all([
    makeCertificate("collector", "authority", "DNS:collector.example.net"),
    makeCertificate("exporter", "authority", "DNS:edge1.example.net,IP:192.0.2.7"),
    makeCertificate("impostor", "stranger", "DNS:edge1.example.net"),
  ]);
});

after(() => {
  if (folder !== "") rmSync(folder, { recursive: true });
});

/** <name>.pem and <name>.key, signed by `authority` or by itself. */
async function makeCertificate(name: string, authority?: string, altNames?: string): Promise<void> {
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  args.push(
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    file(`${name}.key`),
    "-out",
    file(`${name}.pem`),
  );
  if (authority !== undefined) args.push("-CA", file(`${authority}.pem`), "-CAkey", file(`${authority}.key`));
  if (altNames !== undefined) args.push("-addext", `subjectAltName=${altNames}`);
  await promisify(execFile)("openssl", args);
}

async function listening(
  t: TestContext,
  tls: Partial<NonNullable<StreamReceiverOptions["tls"]>> = {},
): Promise<{
  receiver: StreamReceiver;
  taken: string[];
  dial: (as?: string, more?: ConnectionOptions) => TLSSocket;
}> {
  const taken: string[] = [];
  const receiver = await StreamReceiver.open({
    host: "127.0.0.1",
    port: null,
    tls: { port: 0, certificate: file("collector.pem"), key: file("collector.key"), ...tls },
    limits: { handshakeMs: 200 },
    onMessage: (_bytes, _view, _offset, length, source) => taken.push(`${source.address} ${length}`),
  });
  t.after(() => receiver.close());
  const dial = (as?: string, more: ConnectionOptions = {}): TLSSocket => {
    const socket = connect({
      port: receiver.tlsPort ?? 0,
      host: "127.0.0.1",
      servername: "collector.example.net",
      ca: readFileSync(file("authority.pem")),
      ...(as === undefined
        ? {}
        : { cert: readFileSync(file(`${as}.pem`)), key: readFileSync(file(`${as}.key`)) }),
      ...more,
    });
    socket.on("error", () => {});
    t.after(() => socket.destroy());
    return socket;
  };
  return { receiver, taken, dial };
}

const message = Uint8Array.fromHex("000a001000000000000000000000002a");

/** Resolves when the connection is over, with an error or without. */
function over(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Resolves when the receiver's counters are as `until` wants them. */
async function counted(
  receiver: StreamReceiver,
  until: (stats: ReturnType<StreamReceiver["stats"]>) => boolean,
) {
  while (!until(receiver.stats())) await new Promise((resolve) => setTimeout(resolve, 5));
  return receiver.stats();
}

test("messages come over TLS, from an exporter that nobody asked for a certificate", { skip }, async (t) => {
  const { receiver, taken, dial } = await listening(t);
  const socket = dial();
  socket.write(message);
  const { sessionList, handshakeFailures, certificateExpiresMs } = await counted(
    receiver,
    ({ messages }) => messages === 1,
  );
  assert.deepEqual(taken, ["127.0.0.1 16"]);
  assert.deepEqual([sessionList[0].secure, sessionList[0].peerName, handshakeFailures], [true, null, 0]);
  assert.ok((certificateExpiresMs ?? 0) > Date.now());
  assert.equal(receiver.port, null);
});

test("with an authority an exporter has to show its certificate", { skip }, async (t) => {
  const { receiver, taken, dial } = await listening(t, { authority: file("authority.pem") });
  for (const [as, reason] of [
    [undefined, /no certificate was shown/],
    ["impostor", /certificate refused: /],
  ] as const) {
    const before = receiver.stats().handshakeFailures;
    const socket = dial(as);
    socket.write(message);
    await over(socket);
    const stats = await counted(receiver, ({ handshakeFailures }) => handshakeFailures > before);
    assert.match(stats.lastHandshakeFailure?.reason ?? "", reason);
    assert.equal(stats.lastHandshakeFailure?.source, "127.0.0.1");
  }
  assert.deepEqual([taken, receiver.stats().sessions], [[], 0]);
  dial("exporter").write(message);
  const { sessionList } = await counted(receiver, ({ messages }) => messages === 1);
  assert.equal(sessionList[0].peerName, "edge1.example.net");
});

test("an exporter is let in by one of its names or addresses, and by no other's", { skip }, async (t) => {
  const authority = file("authority.pem");
  for (const names of [["core1.example.net", "edge1.example.net"], ["192.0.2.7"]]) {
    const { receiver, dial } = await listening(t, { authority, names });
    dial("exporter").write(message);
    await counted(receiver, ({ messages }) => messages === 1);
  }
  // The common name does not count beside DNS names.
  const { receiver, dial } = await listening(t, { authority, names: ["exporter", "192.0.2.8"] });
  await over(dial("exporter"));
  const stats = await counted(receiver, ({ handshakeFailures }) => handshakeFailures === 1);
  assert.match(stats.lastHandshakeFailure?.reason ?? "", /made out to edge1\.example\.net/);
  assert.equal(stats.sessions, 0);
});

test("TLS 1.1, plain TCP and silence are failed handshakes with a reason", { skip }, async (t) => {
  const { receiver, dial } = await listening(t);
  await over(dial(undefined, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" }));
  assert.match(
    (await counted(receiver, ({ handshakeFailures }) => handshakeFailures === 1)).lastHandshakeFailure
      ?.reason ?? "",
    /version|protocol/i,
  );
  const plain = connectTcp(receiver.tlsPort ?? 0, "127.0.0.1");
  t.after(() => plain.destroy());
  plain.on("error", () => {});
  plain.write(message);
  await counted(receiver, ({ handshakeFailures }) => handshakeFailures === 2);
  const silent = connectTcp(receiver.tlsPort ?? 0, "127.0.0.1");
  t.after(() => silent.destroy());
  silent.on("error", () => {});
  silent.resume();
  await over(silent);
  const stats = await counted(receiver, ({ handshakeFailures }) => handshakeFailures === 3);
  assert.match(stats.lastHandshakeFailure?.reason ?? "", /timeout/i);
  assert.doesNotMatch(stats.lastHandshakeFailure?.reason ?? "\n", /\n/);
});

test(
  "a certificate that was replaced is shown from then on; one that is broken is not taken",
  { skip },
  async (t) => {
    const certificate = file("served.pem");
    const key = file("served.key");
    copyFileSync(file("collector.pem"), certificate);
    copyFileSync(file("collector.key"), key);
    const { receiver, dial } = await listening(t, { certificate, key });
    const shown = async (): Promise<string> => {
      const socket = dial();
      await once(socket, "secureConnect");
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return String(subject.CN);
    };
    assert.equal(await shown(), "collector");
    receiver.reloadCertificates();
    assert.equal(receiver.stats().certificateReloads, 0);
    writeFileSync(certificate, "no certificate");
    receiver.reloadCertificates();
    assert.equal(await shown(), "collector");
    const { certificateFaults, lastCertificateFault } = receiver.stats();
    assert.equal(certificateFaults, 1);
    assert.match(lastCertificateFault ?? "", /served\.pem/);
    await makeCertificate("renewed", "authority", "DNS:collector.example.net");
    copyFileSync(file("renewed.pem"), certificate);
    copyFileSync(file("renewed.key"), key);
    receiver.reloadCertificates();
    assert.equal(await shown(), "renewed");
    assert.deepEqual([receiver.stats().certificateReloads, receiver.stats().lastCertificateFault], [1, null]);
  },
);

test("files that cannot be used are told by name before anything listens", { skip }, async () => {
  const open = (tls: StreamReceiverOptions["tls"]): Promise<StreamReceiver> =>
    StreamReceiver.open({ host: "127.0.0.1", port: 0, tls: tls ?? null, onMessage: () => {} });
  const certificate = file("collector.pem");
  await assert.rejects(open({ certificate, key: file("nothing.key") }), {
    code: "CERTIFICATE_UNREADABLE",
    value: file("nothing.key"),
  });
  await assert.rejects(open({ certificate, key: file("exporter.key") }), { code: "BAD_CERTIFICATE" });
  await assert.rejects(open({ certificate, key: file("collector.key"), clients: "required" }), {
    code: "BAD_CERTIFICATE",
    message: /without an authority/,
  });
});
