import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveFolder } from "./folder.ts";

let dir: string;
let server: { port: number; close: () => Promise<void> };

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "ishizue-serve-"));
  mkdirSync(join(dir, "report/figures"), { recursive: true });
  writeFileSync(join(dir, "report/index.html"), "<title>report</title>");
  writeFileSync(join(dir, "report/figures/fig-3.svg"), "<svg/>");
  mkdirSync(join(dir, "report/fonts"));
  writeFileSync(join(dir, "report/fonts/plex.woff2"), "wOF2");
  writeFileSync(join(dir, "secret.txt"), "secret");
  symlinkSync(join(dir, "secret.txt"), join(dir, "report/link.txt"));
  server = await serveFolder(join(dir, "report"), { host: "127.0.0.1", port: 0 });
});

after(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

/** Sends the path as it is: fetch would tidy it first. */
function get(path: string, method = "GET"): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, method }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body }),
      );
    })
      .on("error", reject)
      .end();
  });
}

test("a folder is served with its index and its types", async () => {
  assert.deepEqual(await get("/"), {
    status: 200,
    type: "text/html; charset=utf-8",
    body: "<title>report</title>",
  });
  assert.equal((await get("/figures/fig-3.svg")).type, "image/svg+xml");
  assert.equal((await get("/fonts/plex.woff2")).type, "font/woff2");
});

test("nothing outside the folder is reachable", async () => {
  for (const path of [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/link.txt",
    "/%00",
    "/%zz",
    "//etc/passwd",
  ]) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
    assert.doesNotMatch(answer.body, /secret|root:/);
  }
});

test("only reading is allowed", async () => {
  assert.equal((await get("/", "POST")).status, 405);
  assert.deepEqual(await get("/", "HEAD"), { status: 200, type: "text/html; charset=utf-8", body: "" });
});
