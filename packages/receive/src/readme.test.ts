import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = new URL("../", import.meta.url);

test("the example in the README is the file beside it, and runs", () => {
  const example = new URL("example/count.ts", root);
  const shown = /```ts\n([^]*?)```/.exec(readFileSync(new URL("README.md", root), "utf8"))?.[1];
  assert.equal(shown, readFileSync(example, "utf8"));

  // A pcap file of raw IPv4 holding NetFlow v5 messages of one record, numbers 7 and 10.
  const message = (sequence: string): string =>
    `0005 0001 0000ea60 6553f100 00000000 ${sequence} 0000 0000 c0000201 c6336402 ${"00".repeat(40)}`;
  const packet = (sequence: string): string =>
    `6553f100 00000000 00000064 00000064 45000064 00000000 40110000 cb007109 cb007101 c3500807 00500000 ${message(sequence)}`;
  const capture = `a1b2c3d4 00020004 00000000 00000000 0000ffff 000000e4 ${packet("00000007")} ${packet("0000000a")}`;
  const folder = mkdtempSync(join(tmpdir(), "ishizue-readme-"));
  try {
    const path = join(folder, "v5.pcap");
    writeFileSync(path, Uint8Array.fromHex(capture.replaceAll(" ", "")));
    const printed = execFileSync(process.execPath, [example.pathname, path], { encoding: "utf8" });
    assert.deepEqual(printed.trim().split("\n"), ["203.0.113.9 2 rows 2 lost", "2 datagrams"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
