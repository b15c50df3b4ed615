import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ReportFault } from "../fault.ts";
import { checkOutFolder, replaceFolder, type WriteFile } from "./replace.ts";

async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "report-folder-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function fill(write: WriteFile): Promise<void> {
  await write("index.html", "new");
  await write("tables/a.csv", "x\r\n");
  await write("report.json", '{"schema":"ishizue-report/1"}');
}

test("a folder that is not there is made, parents too", async (t) => {
  const parent = await scratch(t);
  await replaceFolder(join(parent, "a", "b"), fill);
  assert.deepEqual((await readdir(join(parent, "a", "b"))).toSorted(), [
    "index.html",
    "report.json",
    "tables",
  ]);
  assert.deepEqual(await readdir(join(parent, "a")), ["b"]);
});

test("a report is replaced as a whole: files that the new one lacks are gone", async (t) => {
  const parent = await scratch(t);
  const folder = join(parent, "report");
  await replaceFolder(folder, async (write) => {
    await write("report.json", '{"schema":"ishizue-report/1"}');
    await write("figures/old.svg", "<svg/>");
  });
  await replaceFolder(folder, fill);
  assert.deepEqual((await readdir(folder)).toSorted(), ["index.html", "report.json", "tables"]);
  assert.deepEqual(await readdir(parent), ["report"]);
});

test("when writing fails the old report is as it was and nothing lies beside it", async (t) => {
  const parent = await scratch(t);
  const folder = join(parent, "report");
  await replaceFolder(folder, fill);
  await assert.rejects(
    replaceFolder(folder, async (write) => {
      await write("index.html", "half");
      throw new Error("the disk is full");
    }),
    /the disk is full/,
  );
  assert.equal(await readFile(join(folder, "index.html"), "utf8"), "new");
  assert.deepEqual(await readdir(parent), ["report"]);
});

test("a folder with anything else in it is refused and left alone", async (t) => {
  const parent = await scratch(t);
  const folders: Record<string, () => Promise<void>> = {
    strange: () => writeFile(join(parent, "strange", "notes.txt"), "mine"),
    guest: async () => {
      await replaceFolder(join(parent, "guest"), fill);
      await writeFile(join(parent, "guest", "tables", "mine.xlsx"), "mine");
    },
    foreign: () => writeFile(join(parent, "foreign", "report.json"), '{"schema":"other/1"}'),
    broken: () => writeFile(join(parent, "broken", "report.json"), "{"),
    page: () => writeFile(join(parent, "page", "index.html"), "mine"),
  };
  for (const [name, prepare] of Object.entries(folders)) {
    await mkdir(join(parent, name));
    await prepare();
    const before = await readdir(join(parent, name), { recursive: true });
    await assert.rejects(replaceFolder(join(parent, name), fill), (error) => {
      assert.ok(error instanceof ReportFault);
      assert.equal(error.code, "NOT_A_REPORT_FOLDER");
      assert.match(error.message, new RegExp(name));
      assert.match(error.advice, /empty folder/);
      return true;
    });
    await assert.rejects(checkOutFolder(join(parent, name)), { code: "NOT_A_REPORT_FOLDER" });
    assert.deepEqual(await readdir(join(parent, name), { recursive: true }), before);
  }
  assert.deepEqual((await readdir(parent)).toSorted(), Object.keys(folders).toSorted());
});

test("an empty folder is taken, a file is refused", async (t) => {
  const parent = await scratch(t);
  await mkdir(join(parent, "empty"));
  await replaceFolder(join(parent, "empty"), fill);
  await writeFile(join(parent, "file"), "mine");
  await assert.rejects(replaceFolder(join(parent, "file"), fill), { code: "NOT_A_REPORT_FOLDER" });
  assert.equal(await readFile(join(parent, "file"), "utf8"), "mine");
});

test("a link to a report stays a link", async (t) => {
  const parent = await scratch(t);
  await replaceFolder(join(parent, "w20"), fill);
  await symlink("w20", join(parent, "latest"));
  await replaceFolder(join(parent, "latest"), fill);
  assert.equal(await readlink(join(parent, "latest")), "w20");
  assert.equal(await readFile(join(parent, "w20", "index.html"), "utf8"), "new");
});

test("a folder that can be written is checked without a trace", async (t) => {
  const parent = await scratch(t);
  await checkOutFolder(join(parent, "a", "b"));
  await mkdir(join(parent, "empty"));
  await checkOutFolder(join(parent, "empty"));
  await replaceFolder(join(parent, "report"), fill);
  await checkOutFolder(join(parent, "report"));
  assert.deepEqual((await readdir(parent)).toSorted(), ["empty", "report"]);
});

test("a folder below a file is refused before anything is written", async (t) => {
  const parent = await scratch(t);
  await writeFile(join(parent, "file"), "mine");
  await assert.rejects(checkOutFolder(join(parent, "file", "report")), { code: "ENOTDIR" });
});

test(
  "a mount point is refused with a folder below it as advice",
  { skip: process.platform === "linux" ? false : "looks at /proc" },
  async () => {
    const refused = (error: unknown): boolean => {
      assert.ok(error instanceof ReportFault);
      assert.equal(error.code, "OUT_IS_MOUNT_POINT");
      assert.equal(error.message, "/proc is a mount point, which cannot be replaced as a whole");
      assert.equal(error.advice, "name a folder below it, as /proc/report");
      return true;
    };
    await assert.rejects(checkOutFolder("/proc"), refused);
    await assert.rejects(replaceFolder("/proc", fill), refused);
  },
);

test("what a killed run left is removed by the next one, the old report put back first", async (t) => {
  const parent = await scratch(t);
  const folder = join(parent, "report");
  // A process that has ended: its id is nobody's for a while.
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const left = join(parent, `.report.writing-${pid}-abcDEF`);
  await mkdir(join(left, "new"), { recursive: true });
  await writeFile(join(left, "new", "index.html"), "half");
  await replaceFolder(join(left, "old"), fill);
  // Of a process that runs, and one that is not ours.
  await mkdir(join(parent, `.report.writing-${process.ppid}-abcDEF`, "new"), { recursive: true });
  await mkdir(join(parent, ".report.writing-notes"));
  await assert.rejects(
    replaceFolder(folder, () => Promise.reject(new Error("the disk is full"))),
    /the disk is full/,
  );
  assert.equal(await readFile(join(folder, "index.html"), "utf8"), "new");
  const kept = [`.report.writing-${process.ppid}-abcDEF`, ".report.writing-notes", "report"];
  assert.deepEqual((await readdir(parent)).toSorted(), kept.toSorted());
});
