import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Ledger, type LeaseLogRow, LineTable } from "@ishizue/ledger";
import { createPrivacyKey, encodeRows, migrate, openStore, type Store } from "@ishizue/store";
import { formatAddress, parseAddress } from "@ishizue/wire";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { encodeLeases } from "./lease-journal.ts";
import { LedgerLoader } from "./ledger-store.ts";

let store: Store;
const dataDir = mkdtempSync(join(tmpdir(), "ishizue-ledger-store-"));
const t0 = Date.UTC(2026, 4, 11);
const hour = 3_600_000;

before(async () => {
  store = await openStore({ dataDir });
  await migrate(store);
});
after(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function wordsOf(address: string): Uint32Array {
  const words = new Uint32Array(4);
  parseAddress(address, words, 0);
  return words;
}

/** A lease's state as it became known at `known` hours. */
function state(
  address: string,
  from: number,
  to: number,
  known: number,
  line: string,
  more: Partial<LeaseLogRow> = {},
): LeaseLogRow {
  return {
    domain: "",
    words: wordsOf(address),
    prefixLength: 128,
    validFromMs: t0 + from * hour,
    validToMs: t0 + to * hour,
    knownFromMs: t0 + known * hour,
    line,
    source: "radius:198.51.100.1/start/open",
    ...more,
  };
}

const open = Number.POSITIVE_INFINITY;
const log: readonly LeaseLogRow[] = [
  ...Array.from({ length: 20 }, (_, host) => state(`192.0.2.${host}`, 0, open, 0, `bb-${host}`)),
  // States of one lease, and leases of one address, over what pages hold.
  ...Array.from({ length: 9 }, (_, turn) => state("192.0.2.7", 0, 1 + turn, 1 + turn, "bb-7")),
  ...Array.from({ length: 9 }, (_, turn) => state("192.0.2.8", 1 + turn, 2 + turn, 1 + turn, `bb-8-${turn}`)),
  state("2001:db8::", 0, open, 0, "bb-six", { prefixLength: 56 }),
  state("10.0.0.1", 0, open, 0, "tenant-a", { domain: "a" }),
  state("10.0.0.1", 0, open, 0, "tenant-b", { domain: "b" }),
  // Many of one key but for their ports: no position lies between them.
  ...Array.from({ length: 12 }, (_, block) =>
    state("203.0.113.1", 0, open, 0, `cg-${block}`, {
      ports: { first: 1024 + 1000 * block, last: 2023 + 1000 * block, stride: 0 },
    }),
  ),
  state("203.0.113.2", 0, open, 0, "", {
    ports: { first: 1024, last: 2047, stride: 0 },
    inside: { domain: "a", words: wordsOf("10.0.0.1") },
  }),
];

let blocks = 0;
async function insert(rows: readonly LeaseLogRow[], privacy = new LedgerPrivacy()): Promise<void> {
  await insertOf(0, rows, privacy);
}

async function insertOf(
  writer: number,
  rows: readonly LeaseLogRow[],
  privacy = new LedgerPrivacy(),
): Promise<void> {
  await store.insertBlock("leases", encodeLeases(rows, privacy, writer), `block-${blocks++}`);
}

function told(ledger: Ledger): string[] {
  return [...ledger.log()]
    .map(
      ({ domain, words, prefixLength, validFromMs, validToMs, knownFromMs, line, ports, inside, source }) =>
        JSON.stringify({
          lease: [domain, formatAddress(words, 0), prefixLength, ports, validFromMs],
          state: [validToMs, knownFromMs, line, source],
          inside: inside === undefined ? null : [inside.domain, formatAddress(inside.words, 0)],
        }),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));
}

const newLedger = (): Ledger => new Ledger({ lines: new LineTable() });

function restored(rows: readonly LeaseLogRow[]): string[] {
  const ledger = newLedger();
  ledger.restore(rows);
  return told(ledger);
}

test("a ledger is loaded page by page as it would be of the rows themselves, whatever lies over a page's end", async () => {
  await insert(log);
  for (const page of [3, 5, 7, 500_000]) {
    const ledger = newLedger();
    const loader = new LedgerLoader(store, ledger, new LedgerPrivacy(), { leasesAPage: page });
    const { leases } = await loader.load();
    assert.ok(leases >= log.length, `pages of ${page}`);
    assert.deepEqual(told(ledger), restored(log), `pages of ${page}`);
  }
});

test("what came since is learnt when it is loaded again", async () => {
  const ledger = newLedger();
  const loader = new LedgerLoader(store, ledger);
  await loader.load();
  const late = [state("192.0.2.7", 0, 3, 20, "bb-7"), state("192.0.2.200", 0, open, 20, "bb-200")];
  await insert(late);
  await loader.load();
  assert.deepEqual(told(ledger), restored([...log, ...late]));
});

test("leases that this process wrote are passed over, those of others and of nobody are not", async () => {
  const [{ now }] = await store.query<{ now: number }>(
    "SELECT toFloat64(toUnixTimestamp64Milli(now64(3))) AS now",
  );
  await insertOf(7, [state("198.51.100.1", 0, open, 0, "own")]);
  await insertOf(8, [state("198.51.100.1", 0, open, 0, "other")]);
  await insert([state("198.51.100.2", 0, open, 0, "nobody")]);
  const linesOf = async (writer: number): Promise<string[]> => {
    const ledger = newLedger();
    await new LedgerLoader(store, ledger, new LedgerPrivacy(null, now), { writer }).load();
    return [...ledger.log()].map(({ line }) => line);
  };
  assert.deepEqual(await linesOf(7), ["other", "nobody"]);
  // Of two states of one millisecond the line that comes last in its name holds.
  assert.deepEqual(await linesOf(0), ["own", "nobody"]);
  await store.command(
    "ALTER TABLE leases DELETE WHERE address IN (toIPv6('198.51.100.1'), toIPv6('198.51.100.2')) SETTINGS mutations_sync = 1",
  );
});

test("of lines every state is read, the last of them holds", async () => {
  const lines = ["bb-1", "bb-2"].flatMap((line) =>
    [1, 2, 3].map((turn) => ({
      line,
      class: turn === 3 ? "business" : "consumer",
      access: "PPPoE",
      plan: `plan-${turn}`,
      region: "",
      tags: ["a", "b"],
      known_from: t0 + turn,
    })),
  );
  await store.insertBlock("lines", encodeRows("lines", lines), "lines");
  const ledger = newLedger();
  const { lines: taken } = await new LedgerLoader(store, ledger).load();
  assert.equal(taken, lines.length);
  const index = ledger.lines.indexOf("bb-2");
  assert.deepEqual(ledger.lines.line(index), {
    line: "bb-2",
    class: "business",
    access: "PPPoE",
    plan: "plan-3",
    region: "",
    tags: ["a", "b"],
  });
});

test("under a pseudonymous profile addresses are those that records come with, and rows of an earlier key are not read", async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [{ now }] = await store.query<{ now: number }>(
    "SELECT toFloat64(toUnixTimestamp64Milli(now64(3))) AS now",
  );
  const privacy = new LedgerPrivacy(createPrivacyKey(join(dataDir, "privacy.key")), now);
  await insert(log, privacy);
  const ledger = newLedger();
  await new LedgerLoader(store, ledger, privacy, { leasesAPage: 5 }).load();
  assert.deepEqual(told(ledger), restored(log));
});
