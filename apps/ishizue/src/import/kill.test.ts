// `ishizue import` killed by SIGKILL in the middle of its files, again and again, as a machine that loses power does it.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openStore } from "@ishizue/store";
import { importFiles } from "./kill.fixture.ts";

const script = fileURLToPath(new URL("./kill.importer.ts", import.meta.url));

interface Read {
  readonly kind?: string;
  /** Line of the file that an earlier import got to. */
  readonly after?: number;
  readonly done?: true;
}

/** Imports `files`; killed at once where `until` resolves first. Gives what it said of each file. */
async function run(dataDir: string, files: readonly string[], until?: Promise<void>): Promise<Read[]> {
  const child = fork(script, [dataDir, ...files], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const said: Read[] = [];
  child.on("message", (message) => said.push(message as Read));
  const ended = new Promise<number | null>((done) => child.on("exit", (code) => done(code)));
  if (until !== undefined) {
    await Promise.race([until, ended]);
    child.kill("SIGKILL");
  }
  const code = await ended;
  assert.ok(code === 0 || until !== undefined, `the import ended with ${code}`);
  return said;
}

/** Resolves when an import has kept `times` more checkpoints in `dataDir`, and a while later. */
async function checkpoints(dataDir: string, times: number, laterMs: number): Promise<void> {
  const changed = (): number =>
    statSync(join(dataDir, "import.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  let left = times;
  for (let last = changed(); left > 0; await pause(2)) {
    const now = changed();
    if (now !== last) left--;
    last = now;
  }
  await pause(laterMs);
}

/** What the store comes to: believed leases, lines, what gateways counted. */
async function stateOf(dataDir: string): Promise<object[]> {
  const store = await openStore({ dataDir });
  try {
    return [
      ...(await store.query<object>(
        `SELECT count() AS leases, toString(groupBitXor(cityHash64(domain, address, prefix_length, valid_from, until, holder, told))) AS sum
         FROM (SELECT l.domain AS domain, l.address AS address, l.prefix_length AS prefix_length, l.valid_from AS valid_from,
             argMax(l.valid_to, l.known_from) AS until, argMax(l.line, l.known_from) AS holder, argMax(l.source, l.known_from) AS told
           FROM leases AS l GROUP BY domain, address, prefix_length, valid_from HAVING until > valid_from)`,
      )),
      ...(await store.query<object>(
        `SELECT count() AS lines, toString(groupBitXor(cityHash64(line, state))) AS sum
         FROM (SELECT l.line AS line, argMax((l.class, l.access, l.plan, l.region, l.tags), l.known_from) AS state
           FROM lines AS l GROUP BY l.line)`,
      )),
      ...(await store.query<object>(
        "SELECT count() AS records, toString(groupBitXor(cityHash64(u.line, u.started, u.ended, u.octets_in, u.octets_out))) AS sum FROM line_usage AS u FINAL",
      )),
    ];
  } finally {
    await store.close();
  }
}

test(
  "an import of every kind, killed six times, goes on where it was and tells what one that was not killed tells",
  { timeout: 300_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "ishizue-kill-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const files: string[] = [];
    for (const { kind, name, text } of importFiles()) {
      files.push(kind, join(folder, name));
      writeFileSync(join(folder, name), text);
    }
    const [killed, whole] = [join(folder, "killed"), join(folder, "whole")];
    for (const dir of [killed, whole]) mkdirSync(dir);
    let goneOn = 0;
    // After a checkpoint, between two, and before the first of a run: not always the same moment of the work.
    for (const [times, laterMs] of [
      [1, 0],
      [2, 7],
      [1, 40],
      [3, 3],
      [2, 90],
      [4, 15],
    ] as const) {
      const said = await run(killed, files, checkpoints(killed, times, laterMs));
      assert.ok(!said.some(({ done }) => done), "it was done before it was killed");
      goneOn += said.filter(({ after = 0 }) => after > 0).length;
    }
    const last = await run(killed, files);
    goneOn += last.filter(({ after = 0 }) => after > 0).length;
    assert.ok(last.at(-1)?.done);
    assert.ok(goneOn > 0, "no import went on in the middle of a file");
    await run(whole, files);
    const state = await stateOf(whole);
    assert.deepEqual(await stateOf(killed), state);
    assert.deepEqual(
      state.map((counts) => Object.values(counts as Record<string, number>)[0] > 1000),
      [true, true, true],
    );
  },
);
