import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { formatLeased, type GivenLease } from "@ishizue/ledger";
import { importCgnatBlocks } from "./cgnat-blocks.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-blocks-"));
after(() => rmSync(folder, { recursive: true }));

async function read(text: string, refused?: string) {
  const file = join(folder, "nats.yaml");
  writeFileSync(file, text);
  const leases: GivenLease[] = [];
  const onEvent = async (lease: GivenLease): Promise<string | undefined> => {
    leases.push(lease);
    return Promise.resolve(refused);
  };
  const report = await importCgnatBlocks(file, { knownMs: 1, onEvent });
  const told = leases.map(
    ({ inside, prefix, startMs }) =>
      `${formatLeased(inside!.words, 128, null)} ${formatLeased(prefix.words, 128, prefix.ports ?? null)} ${startMs}`,
  );
  return { told, report, bad: report.badRows.map(({ line, reason }) => `${line}: ${reason}`) };
}

test("NATs of a list in YAML give blocks of ports to inside addresses", async () => {
  const { told, report } = await read(`
- inside: 100.64.0.0/30
  outside: [192.0.2.1, 192.0.2.8-192.0.2.9, 192.0.2.16/31]
  from: 2026-05-11T00:00:00+09:00
`);
  const startMs = Date.UTC(2026, 4, 10, 15);
  assert.deepEqual(told, [
    `100.64.0.0 192.0.2.1:1024-65535 ${startMs}`,
    `100.64.0.1 192.0.2.8:1024-65535 ${startMs}`,
    `100.64.0.2 192.0.2.9:1024-65535 ${startMs}`,
    `100.64.0.3 192.0.2.16:1024-65535 ${startMs}`,
  ]);
  assert.deepEqual([report.taken, report.bad, report.empty], [1, 0, false]);
});

test("one that cannot be used is told by its line and reason, and the others are taken", async () => {
  const { report, bad } = await read(`{ "nats": [
    { "inside": "100.64.0.0/31", "outside": "192.0.2.1", "ports": 9 },
    { "inside": "100.64.0.0/31", "outside": "192.0.2.1", "algorithm": "staggered" },
    { "inside": "100.64.0.0/31", "outside": "2001:db8::1" },
    { "inside": "100.64.0.0/16", "outside": "192.0.2.1" },
    { "inside": "100.64.0.0/31", "outside": "192.0.2.1", "from": "2026-05-11T00:00:00Z", "until": "2026-05-10T00:00:00Z" },
    { "inside": "100.64.0.0/31", "outside": "192.0.2.1", "excludedPorts": ["5060-5061", 1720] }
  ] }`);
  assert.deepEqual(bad, [
    '2: Unrecognized key: "ports"',
    "3: algorithm: the algorithm is sequential; others are not known",
    '4: outside.0: "2001:db8::1" is no IPv4 network, address or range of addresses',
    "5: there are not enough ports for the subscribers of an address",
    "6: until is not after from",
  ]);
  assert.deepEqual([report.taken, report.bad], [1, 5]);
});

test("a file that is no YAML, holds no list, or nothing is told so", async () => {
  assert.match((await read("a: [")).bad[0], /^1: /);
  assert.deepEqual((await read("inside: 1")).bad, ["1: it holds no list of NATs"]);
  assert.equal((await read("")).report.empty, true);
  assert.deepEqual(
    (await read("- { inside: 100.64.0.0/31, outside: 192.0.2.1 }", "the ledger is full")).bad,
    ["1: the ledger is full"],
  );
  await assert.rejects(
    importCgnatBlocks(join(folder, "none"), { knownMs: 1, onEvent: async () => undefined }),
    {
      code: "NO_SUCH_FILE",
    },
  );
});
