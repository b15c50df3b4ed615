import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { StateFile } from "./state-file.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "ishizue-state-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test("what is written is read by the next run, and what has not changed is not written again", async (t) => {
  const dir = folder(t);
  const file = new StateFile(dir);
  assert.deepEqual(await file.read(), { status: "none" });
  const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(70_000).fill(7)];
  assert.equal(await file.write(parts), true);
  assert.equal(await file.write(parts), false);
  assert.deepEqual(await new StateFile(dir).read(), { status: "read", parts });
  assert.deepEqual(readdirSync(dir), ["exporters.state"]);
  assert.equal(statSync(join(dir, "exporters.state")).mode & 0o777, 0o600);
});

test("a file that is cut, changed or another's is set aside, and the next one is written in its place", async (t) => {
  const dir = folder(t);
  const path = join(dir, "exporters.state");
  await new StateFile(dir).write([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
  const whole = readFileSync(path);
  const changed = Buffer.from(whole);
  changed[changed.length - 1] ^= 1;
  const long = Buffer.from(whole);
  long.writeUInt32BE(0xffff_ffff, 22);
  for (const bad of [whole.subarray(0, -1), whole.subarray(0, 25), changed, long, Buffer.from("{}")]) {
    writeFileSync(path, bad);
    const file = new StateFile(dir);
    assert.deepEqual(await file.read(), { status: "corrupt", movedTo: `${path}.corrupt` });
    assert.deepEqual(readdirSync(dir), ["exporters.state.corrupt"]);
    assert.equal(await file.write([Uint8Array.of(9)]), true);
    assert.deepEqual(await new StateFile(dir).read(), { status: "read", parts: [Uint8Array.of(9)] });
  }
});
