import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startStatusServer } from "../status/server.ts";
import { collectorStatus, router, routerDetail } from "../status/status.fixture.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let server: { port: number; close: () => Promise<void> };

before(async () => {
  server = await startStatusServer(
    { host: "127.0.0.1", port: 0 },
    {
      status: () => collectorStatus,
      exporter: (address) => (address === router.address ? routerDetail : null),
      datagrams: () => 0,
    },
  );
});
after(() => server.close());

/** What `ishizue status` prints into a pipe, and with which exit status. */
async function status(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const url = `http://127.0.0.1:${server.port}/status`;
  const command = ["--data", "/nonexistent", "status", "--url", url, ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...command]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test("the collector as JSON, one exporter by its name as a page without colour", async () => {
  const [all, one] = await Promise.all([status("--json"), status("EDGE-1")]);
  assert.deepEqual([all.stderr, one.stderr], ["", ""]);
  assert.deepEqual(JSON.parse(all.stdout), collectorStatus);
  assert.match(one.stdout, /^192\.0\.2\.1 \(edge-1\), edge\n/);
  assert.ok(!one.stdout.includes("\u001b"));
});

test("an exporter that is not known, and a collector that does not run, are told in one line", async () => {
  const [unknown, stopped] = await Promise.all([
    status("203.0.113.9"),
    status("--url", "http://127.0.0.1:1/status"),
  ]);
  assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
  assert.match(
    unknown.stderr,
    /^ishizue: no one exporter "203\.0\.113\.9" has been heard of; .*\[UNKNOWN_EXPORTER\]\n$/,
  );
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /^ishizue: no collector answers at http:.*\[NOT_RUNNING\]\n$/);
});
