import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { encodeNativeBlock } from "../native/block.ts";
import { openStore } from "../open/open.ts";
import { tokensWithoutParts } from "./tokens.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-tokens-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));

test("a token is without a part where none is in its place, and none that was merged from it", () => {
  const log = [
    "1\t20260511_1_1_0\tmerged",
    "1\t20260511_2_2_0\tmerged too",
    "1\t20260511_3_3_0\tin its place",
    "1\t20260511_4_4_0\tcut off",
    "1\t20260512_1_1_0\tof another partition",
    "1\tall_1_1_0\tmutated",
    "1\tall_2_2_0\tdropped",
    "2\tall_2_2_0\tdropped",
    "1\tall_3",
  ].join("\n");
  const parts = [
    "20260511_1_2_1",
    "20260511_3_3_0",
    "tmp_insert_20260511_4_4_0",
    "all_1_1_0_7",
    "detached",
    "format_version.txt",
  ];
  assert.deepEqual(tokensWithoutParts(log, parts), [
    ["cut off", "20260511_4_4_0"],
    ["of another partition", "20260512_1_1_0"],
  ]);
});

test("a block whose token the engine wrote down before it was killed arrives; one that it has does not come twice", async () => {
  const block = (value: number) =>
    encodeNativeBlock([{ name: "a", type: "UInt8", kind: "raw", values: Uint8Array.of(value) }], 1);
  const rows = async (store: Awaited<ReturnType<typeof openStore>>) =>
    store.query<{ a: number }>("SELECT a FROM t ORDER BY a");
  const first = await openStore({ dataDir });
  await first.command(
    "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100",
  );
  await first.insertBlock("t", block(1), "one");
  await first.insertBlock("t", block(2), "two");
  const [{ path }] = await first.query<{ path: string }>(
    "SELECT arrayElement(data_paths, 1) AS path FROM system.tables WHERE database = currentDatabase() AND name = 't'",
  );
  await first.close();
  // As a kill leaves it: the part of the second block never got to its place.
  rmSync(join(path, "all_2_2_0"), { recursive: true });
  const second = await openStore({ dataDir });
  await second.insertBlock("t", block(1), "one");
  await second.insertBlock("t", block(2), "two");
  assert.deepEqual(await rows(second), [{ a: 1 }, { a: 2 }]);
  await second.close();
  const third = await openStore({ dataDir });
  await third.insertBlock("t", block(2), "two");
  assert.deepEqual(await rows(third), [{ a: 1 }, { a: 2 }]);
  await third.close();
});
