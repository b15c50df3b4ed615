import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type ImportProgress, ProgressFile } from "./progress-file.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-progress-"));
after(() => rmSync(folder, { recursive: true }));

function progress(octets: number, more: Partial<ImportProgress> = {}): ImportProgress {
  const sample = { headOctets: octets, head: `head${octets}`, tailEnd: octets, tail: `tail${octets}` };
  return { kind: "kea", options: "{}", leases: 5, octets, lines: 3, packed: false, ...sample, ...more };
}

void test("how far files were read is known to the next import of that kind, with those options, into that ledger", async () => {
  const first = await ProgressFile.open(folder);
  await first.put(progress(100), undefined);
  await first.put(progress(200, { kind: "dhcpd" }), undefined);
  await first.put(progress(150), progress(100));
  const next = await ProgressFile.open(folder);
  assert.deepEqual(next.of("kea", "{}", 5), [progress(150)]);
  assert.deepEqual(next.of("dhcpd", "{}", 9), [progress(200, { kind: "dhcpd" })]);
  assert.deepEqual(next.of("kea", '{"lineFrom":["duid"]}', 5), []);
  assert.deepEqual(next.of("kea", "{}", 4), [], "a store from before the import does not have its leases");
  assert.equal(statSync(join(folder, "import.json")).mode & 0o077, 0);
});

void test("a file of progress that was damaged is as none", async () => {
  for (const text of ["", "{", '{"files":7}', '{"files":[{"kind":"kea","octets":-1},null]}']) {
    writeFileSync(join(folder, "import.json"), text);
    const opened = await ProgressFile.open(folder);
    assert.deepEqual(opened.of("kea", "{}", 9), []);
  }
});

void test("the thousand files read last are remembered", async () => {
  const kept = await ProgressFile.open(folder);
  for (let file = 1; file <= 1001; file++) await kept.put(progress(file), undefined);
  const files = (await ProgressFile.open(folder)).of("kea", "{}", 9);
  assert.deepEqual([files.length, files[0].octets, files.at(-1)?.octets], [1000, 2, 1001]);
});

void test("a file that was cut off is remembered with what was taken of it, until it is read to its end", async () => {
  const kept = await ProgressFile.open(folder);
  const part = progress(77, { kind: "leases", cut: true, part: { taken: 5, bad: 1 } });
  const same = { octets: 99, changedMs: 1_780_000_000_000.5 };
  await kept.put({ ...part, same, header: [] }, undefined);
  assert.deepEqual((await ProgressFile.open(folder)).of("leases", "{}", 5), [{ ...part, same, header: [] }]);
  await kept.drop(part);
  assert.deepEqual((await ProgressFile.open(folder)).of("leases", "{}", 5), []);
});
