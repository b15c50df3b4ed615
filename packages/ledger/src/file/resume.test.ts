// What every importer promises (docs/ledger.md), tried with each: what cuts a file makes no difference.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { importers } from "./importers.fixture.ts";
import type { Importer, Told } from "./importers.fixture.ts";
import { findProgress, progressOf } from "./progress.ts";
import type { FileProgress } from "./progress.ts";
import type { FileReport, ResumeOptions } from "./resume.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-resume-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Reads all of a file; what it told, and its report. */
async function readAll(
  importer: Importer,
  file: string,
  told: Told,
  options: ResumeOptions = {},
): Promise<FileReport> {
  return importer.read(file, told, options);
}

const crash = new Error("killed");

/** Reads a file and is killed after `checkpoints` of them; gives what the last had to be kept. */
async function readUntilKilled(
  importer: Importer,
  file: string,
  told: Told,
  checkpoints: number,
  from?: FileProgress,
): Promise<FileProgress> {
  let kept: FileProgress | undefined = from;
  let left = checkpoints;
  const options: ResumeOptions = {
    from,
    checkpointOctets: 1,
    onCheckpoint: async ({ position, header }) => {
      if (left-- === 0) throw crash;
      kept = await progressOf(file, position, { header, cut: true, rewritten: importer.rewritten });
    },
  };
  await assert.rejects(importer.read(file, told, options), (error) => error === crash);
  assert.ok(kept !== undefined);
  return kept;
}

for (const importer of importers) {
  const rowCount = importer.rows;
  const text = importer.fileOf(rowCount);
  const bad = importer.badRow;

  void test(`${importer.name}: a file that comes again changes nothing, packed or not`, async () => {
    const told = importer.begin();
    const file = write(`${importer.name}.txt`, text);
    const first = await readAll(importer, file, told);
    assert.equal(first.bad, 0, first.badRows[0]?.reason);
    assert.equal(told.state().length, importer.state);
    const before = told.state();
    const packed = write(`${importer.name}.gz`, gzipSync(text));
    for (const again of [file, packed]) {
      told.changes = 0;
      const report = await readAll(importer, again, told);
      assert.deepEqual([report.taken, report.bad, told.changes], [first.taken, 0, 0]);
      assert.deepEqual(told.state(), before);
    }
  });

  void test(`${importer.name}: cut off and read on, again and again, it tells the same`, async () => {
    const whole = importer.begin();
    await readAll(importer, write(`${importer.name}.txt`, text), whole);
    for (const [name, content] of [
      [`${importer.name}-cut.txt`, text],
      [`${importer.name}-cut.gz`, gzipSync(text)],
    ] as const) {
      const file = write(name, content);
      const told = importer.begin();
      let from: FileProgress | undefined;
      const seen: number[] = [];
      for (const checkpoints of [1, 2]) {
        const kept = await readUntilKilled(importer, file, told, checkpoints, from);
        from = await findProgress(file, [kept]);
        assert.deepEqual(from, kept, "the file is known again");
        seen.push(kept.octets);
      }
      assert.ok(seen[0] > 0 && seen[1] > seen[0] && seen[1] < text.length, seen.join(" "));
      const last = await readAll(importer, file, told, { from });
      assert.deepEqual(told.state(), whole.state());
      assert.ok(last.taken > 0 && last.taken < rowCount, "only the rest was read");
      assert.equal(last.position.octets, Buffer.byteLength(text));
    }
  });

  void test(`${importer.name}: a bad row is told by file, line and reason, and the rest is taken`, async () => {
    const whole = importer.begin();
    const good = await readAll(importer, write(`${importer.name}.txt`, text), whole);
    const told = importer.begin();
    const file = write(
      `${importer.name}-bad.txt`,
      `${importer.fileOf(rowCount / 2)}${bad.text}${importer.rowsOf(rowCount / 2, rowCount)}`,
    );
    const report = await readAll(importer, file, told);
    assert.equal(report.bad, 1);
    const [row] = report.badRows;
    const line = importer.fileOf(rowCount / 2).split("\n").length - 1 + bad.line;
    assert.deepEqual([row.file, row.line], [file, line]);
    assert.match(row.reason, bad.reason);
    assert.equal(report.taken, good.taken);
    assert.deepEqual(told.state(), whole.state());
  });

  void test(`${importer.name}: rows are handed on before the file was read to its end`, async () => {
    const told = importer.begin();
    const packed = gzipSync(text);
    const file = write(`${importer.name}-half.gz`, packed.subarray(0, packed.length - 40));
    let checkpoints = 0;
    const options: ResumeOptions = {
      checkpointOctets: 1,
      onCheckpoint: async () => {
        checkpoints++;
      },
    };
    await assert.rejects(readAll(importer, file, told, options), { code: "BAD_GZIP" });
    assert.ok(checkpoints > 0 && told.state().length > 0);
  });

  if (importer.rewritten) {
    void test(`${importer.name}: a file that was written anew since it was cut off is read from its beginning`, async () => {
      const file = write(`${importer.name}-anew.txt`, text);
      const kept = await readUntilKilled(importer, file, importer.begin(), 1);
      utimesSync(file, 1, 1);
      assert.equal(await findProgress(file, [kept]), undefined);
    });
  } else {
    void test(`${importer.name}: of a file that has grown, what is new is read`, async () => {
      const whole = importer.begin();
      await readAll(importer, write(`${importer.name}.txt`, text), whole);
      const told = importer.begin();
      const file = write(`${importer.name}-grown.txt`, importer.fileOf(rowCount / 2));
      const { position, header } = await readAll(importer, file, told);
      const kept = await progressOf(file, position, { header });
      write(`${importer.name}-grown.txt`, text);
      const from = await findProgress(file, [kept]);
      assert.deepEqual(from, kept);
      const { taken } = await readAll(importer, file, told, { from });
      assert.ok(taken > 0 && taken < rowCount);
      assert.deepEqual(told.state(), whole.state());
    });
  }
}
