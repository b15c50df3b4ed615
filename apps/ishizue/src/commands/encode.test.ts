import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ishizue-encode-"));
after(() => rmSync(folder, { recursive: true }));

function ishizue(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    input,
    encoding: "utf8",
  });
  return { status, lines: stdout.trim().split("\n"), stderr };
}

const header = {
  source: "198.51.100.7",
  observationDomainId: 5,
  sequenceNumber: 3,
  exportTimeMs: 1_600_000_000_000,
};
const fields = [
  { name: "sourceIPv4Address", length: 4 },
  { name: "octetDeltaCount", length: 8 },
  { name: "e32473:7", length: 2 },
];
const messages = [
  { ...header, version: 10, sets: [{ kind: "template", records: [{ templateId: 256, fields }] }] },
  {
    ...header,
    version: 10,
    sets: [
      {
        kind: "data",
        id: 256,
        records: [
          { sourceIPv4Address: "192.0.2.1", octetDeltaCount: "18446744073709551615", "e32473:7": "beef" },
        ],
      },
      { kind: "undecoded", id: 300, records: [] },
    ],
  },
  {
    source: "2001:db8::9",
    version: "sFlow5",
    agentAddress: "192.0.2.9",
    observationDomainId: 0,
    sequenceNumber: 1,
    sysUpTimeMs: 2,
    sets: [],
  },
];
const text = messages.map((message) => `${JSON.stringify(message)}\n`).join("");

test("lines become a capture that decodes to what they say, from the sources that they name", () => {
  const out = join(folder, "out.pcap");
  const encoded = ishizue(["encode", "--out", out], text);
  assert.deepEqual(JSON.parse(encoded.lines[0]), {
    summary: { lines: 3, messages: 3, octets: 102, sets: 2, records: 2, skippedSets: 1, badLines: 0 },
  });
  assert.match(encoded.stderr, /1 sets were undecoded or malformed/);
  assert.equal(encoded.status, 0);
  const decoded = ishizue(["decode", out]).lines.map((line) => JSON.parse(line) as Record<string, never>);
  assert.deepEqual(
    decoded.slice(0, 3).map(({ source }) => source),
    ["198.51.100.7", "198.51.100.7", "2001:db8::9"],
  );
  assert.deepEqual((decoded[1]["sets"] as { records: object[] }[])[0].records, messages[1].sets[0].records);
  assert.equal(decoded[2]["agentAddress"], "192.0.2.9");
});

test("what is no export message is counted as such", () => {
  const file = join(folder, "bare.bin");
  // IPFIX without sets; as many octets of a header as there are, and fewer.
  writeFileSync(file, Buffer.from(`000a0010${"00".repeat(12)}000a0010${"00".repeat(12)}000a0010`, "hex"));
  const decoded = ishizue(["decode", file]).lines.map((line) => JSON.parse(line) as Record<string, never>);
  const { summary } = decoded[decoded.length - 1] as unknown as { summary: Record<string, number> };
  assert.deepEqual(
    decoded.slice(0, -1).map(({ status }) => status),
    ["decoded", "decoded", "tooShort"],
  );
  assert.deepEqual([summary["datagrams"], summary["messages"], summary["undecodable"]], [3, 2, 1]);
});

test("a bad line is told with its number and the reason, the others are written", () => {
  const file = join(folder, "lines.jsonl");
  const unknown = { ...messages[1], source: "198.51.100.8" };
  writeFileSync(file, `nonsense\n${JSON.stringify(unknown)}\n{"version":9}\n\n${text}{"summary":{}}\n`);
  const encoded = ishizue(["encode", file, "--out", join(folder, "good.pcap")]);
  assert.equal(encoded.status, 1);
  const { summary } = JSON.parse(encoded.lines[0]) as { summary: Record<string, number> };
  assert.deepEqual([summary["messages"], summary["badLines"]], [3, 3]);
  const told = encoded.stderr.split("\n").map((line) => line.replace(file, "FILE"));
  assert.equal(told[0], "ishizue: FILE, line 1: not JSON");
  assert.equal(told[1], "ishizue: FILE, line 2: template 256 has not been defined by a line before");
  assert.equal(told[2], "ishizue: FILE, line 3: no `source`, the address that the message came from");
});

test("without a destination it says what to name", () => {
  const { status, stderr } = ishizue(["encode"], text);
  assert.equal(status, 1);
  assert.match(stderr, /^ishizue: the messages have nowhere to go; name a pcap file .*\[NO_DESTINATION\]\n$/);
});

test("a rate that is none is refused", () => {
  for (const rate of ["0", "-1", "fast", "1.5"]) {
    const { status, stderr } = ishizue(["encode", "--to", "127.0.0.1:9", "--rate", rate], text);
    assert.equal(status, 1);
    assert.match(stderr, /whole number from 1/);
  }
});

test("messages are sent to a collector, octet for octet", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const received: Buffer[] = [];
  const three = new Promise<void>((resolve) => {
    socket.on("message", (bytes) => {
      received.push(bytes);
      if (received.length === 3) resolve();
    });
  });
  const to = ["--to", `127.0.0.1:${socket.address().port}`, "--rate", "500"];
  const child = spawn(process.execPath, [main, "encode", ...to], { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.end(text);
  await three;
  socket.close();
  assert.deepEqual(
    received.map((bytes) => bytes.length),
    [40, 34, 28],
  );
  assert.equal(received[1].subarray(16).toString("hex"), "01000012c0000201ffffffffffffffffbeef");
});
