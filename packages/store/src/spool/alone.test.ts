import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keepWritersOut } from "./alone.ts";
import { markOwner, unmarkOwner } from "./owner.ts";

const dir = mkdtempSync(join(tmpdir(), "ishizue-alone-"));
after(() => rmSync(dir, { recursive: true, force: true }));

test("writers are kept out where none is open, and none is kept out where one is", async () => {
  const spool = join(dir, "spool");
  const first = await keepWritersOut(spool);
  first();
  await markOwner(spool, "1790000000000-00000001");
  await assert.rejects(keepWritersOut(spool), { code: "STORE_SPOOL_IN_USE" });
  await unmarkOwner(spool, "1790000000000-00000001");
  const again = await keepWritersOut(spool);
  again();
});
