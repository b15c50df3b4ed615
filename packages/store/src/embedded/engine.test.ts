import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { openStore } from "../open/open.ts";
import type { Store } from "../open/store.ts";
import { readOnlyQuery } from "../query/read-only.ts";
import { readDiscovery, writeDiscovery } from "./discovery.ts";
import { acquireLock, processAlive } from "./lock.ts";
import { startEngine } from "./start.ts";

const root = mkdtempSync(join(tmpdir(), "ishizue-engine-"));
const dataDir = join(root, "data");
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
});
after(async () => {
  await store?.close();
  rmSync(root, { recursive: true, force: true });
});

const base = () => `http://127.0.0.1:${readDiscovery(dataDir)?.port}`;
const basic = () => {
  const { user, password } = readDiscovery(dataDir) ?? { user: "", password: "" };
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
};

test("only the credential in engine.json opens the engine, in each of its three places; the file is private", async () => {
  const { user, password } = readDiscovery(dataDir) ?? { user: "", password: "" };
  const ask = (headers: Record<string, string>, query = "") =>
    fetch(`${base()}/?query=SELECT%201${query}`, { headers });
  assert.equal((await ask(basic())).status, 200);
  assert.equal((await ask({ "X-ClickHouse-User": user, "X-ClickHouse-Key": password })).status, 200);
  assert.equal((await ask({}, `&user=${user}&password=${encodeURIComponent(password)}`)).status, 200);
  for (const response of [
    await ask({}),
    await ask({ "X-ClickHouse-User": user, "X-ClickHouse-Key": `${password}x` }),
    await ask({ Authorization: "Basic !!!" }),
    await ask({}, "&user=default"),
  ]) {
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("x-clickhouse-exception-code"), "516");
  }
  assert.equal(statSync(join(dataDir, "engine.json")).mode & 0o777, 0o600);
  assert.equal(await (await fetch(`${base()}/ping`)).text(), "Ok.\n");
});

test("parameters are bound by the server whatever they hold, and do not reach another request", async () => {
  const value = "a'b\\c\n\t{x:String}; DROP TABLE flows --";
  assert.deepEqual(
    await store.query("SELECT {x:String} AS x, {list:Array(UInt8)} AS list", { x: value, list: [1, 2] }),
    [{ x: value, list: [1, 2] }],
  );
  await assert.rejects(store.query("SELECT {x:String} AS x"), /x/);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => store.query<{ i: number }>("SELECT {i:UInt32} AS i", { i })),
  );
  assert.deepEqual(
    answers.map(([{ i }]) => i),
    Array.from({ length: 60 }, (_, i) => i),
  );
});

test("settings hold for their request only", async () => {
  const value = "SELECT getSetting('max_block_size') AS v";
  const [{ v: usual }] = await store.query<{ v: number }>(value);
  assert.deepEqual(await store.query(value, {}, { max_block_size: "1234" }), [{ v: 1234 }]);
  assert.deepEqual(await store.query(value), [{ v: usual }]);
  const nonsense: Record<string, string> = { nonsense_setting: "1" };
  await assert.rejects(store.query("SELECT 1", {}, nonsense), {
    code: "STORE_QUERY_FAILED",
  });
});

test("a fault of the SQL comes with ClickHouse's code", async () => {
  const response = await fetch(base(), { method: "POST", headers: basic(), body: "SELECT * FROM nowhere" });
  assert.equal(response.headers.get("x-clickhouse-exception-code"), "60");
  assert.match(await response.text(), /^Code: 60\. DB::Exception: .*UNKNOWN_TABLE/);
});

test("inserts of the official client keep blank lines, quotes and semicolons", async () => {
  await store.command("CREATE TABLE texts (a UInt32, b String) ENGINE = MergeTree ORDER BY a");
  const values = [
    { a: 1, b: "x\n\ny; DROP TABLE texts" },
    { a: 2, b: "it's" },
  ];
  await store.client.insert({ table: "texts", values, format: "JSONEachRow" });
  await store.command("INSERT INTO texts VALUES (3, 'inline\n\n; DROP TABLE texts')");
  await store.command("INSERT INTO texts SELECT a + 10, b FROM texts");
  assert.deepEqual(await store.query("SELECT a, b FROM texts WHERE a < 10 ORDER BY a"), [
    ...values,
    { a: 3, b: "inline\n\n; DROP TABLE texts" },
  ]);
  assert.deepEqual(await store.query("SELECT count() AS n FROM texts"), [{ n: 6 }]);
  const zipped = await fetch(
    `${base()}/?database=ishizue&query=${encodeURIComponent("INSERT INTO texts FORMAT CSV")}`,
    {
      method: "POST",
      headers: { ...basic(), "Content-Encoding": "gzip" },
      body: gzipSync("20,zipped\n"),
    },
  );
  assert.equal(zipped.status, 200);
  assert.match(zipped.headers.get("x-clickhouse-summary") ?? "", /"written_rows":"1"/);
  // What the bodies were kept in goes after the answer.
  while (readdirSync(join(dataDir, "incoming")).length > 0) await pause(5);
});

test("formats are those of FORMAT, of default_format, or TabSeparated", async () => {
  const ask = async (query: string) => (await fetch(`${base()}/?${query}`, { headers: basic() })).text();
  assert.equal(await ask(`query=${encodeURIComponent("SELECT 1 AS a, 'x' AS b")}`), "1\tx\n");
  assert.equal(
    await ask(`default_format=CSVWithNames&query=${encodeURIComponent("SELECT 1 AS a")}`),
    '"a"\n1\n',
  );
  assert.equal(await ask(`query=${encodeURIComponent("SELECT 1 AS a FORMAT JSONEachRow")}`), '{"a":1}\n');
});

test("a spool file is named within the spool only", async () => {
  const ask = (name: string) =>
    fetch(`${base()}/?query=${encodeURIComponent("INSERT INTO texts FORMAT CSV")}`, {
      method: "POST",
      headers: { ...basic(), "X-Ishizue-Spool-File": name },
    });
  assert.equal((await ask("../engine.json")).status, 400);
  assert.equal((await ask("..")).status, 400);
  assert.equal((await ask("missing.native")).status, 404);
});

test("read-only SQL reads, and cannot write, reach out, set or take over", async () => {
  assert.equal(await readOnlyQuery(store, "SELECT 1 AS a, 'x' AS b", "CSVWithNames"), '"a","b"\n1,"x"\n');
  assert.match(await readOnlyQuery(store, "SELECT 1 AS a"), /┌─a─┐/);
  const outside = join(root, "outside.csv");
  for (const sql of [
    "INSERT INTO texts SELECT 1, 'x'",
    "DROP TABLE texts",
    `SELECT 1 INTO OUTFILE '${outside}'`,
    "SELECT file('/etc/hostname')",
    "SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a String')",
    "SELECT 1; SELECT 2",
    "SET readonly = 0",
  ]) {
    await assert.rejects(readOnlyQuery(store, sql), { code: "STORE_SQL_REFUSED" }, sql);
  }
  // The engine's process refuses by itself what does not come through readOnlyQuery.
  const raw = async (sql: string, more = "") =>
    (
      await fetch(`${base()}/?database=ishizue&readonly=1${more}`, {
        method: "POST",
        headers: basic(),
        body: sql,
      })
    ).headers.get("x-clickhouse-exception-code");
  assert.equal(await raw("SELECT 1"), null);
  assert.equal(await raw("DROP TABLE texts"), "164");
  assert.equal(await raw(`SELECT 1 INTO OUTFILE '${outside}'`), "164");
  assert.equal(await raw("SELECT 1 SETTINGS readonly = 0"), "164");
  assert.equal(await raw("SELECT 1 SETTINGS max_memory_usage = 0"), "164");
  assert.equal(await raw("SELECT 1", "&insert_deduplicate=0"), "36");
  assert.equal(existsSync(outside), false);
  await assert.rejects(
    readOnlyQuery(store, "SELECT number FROM numbers(100)", "CSV", { maxRows: 10 }),
    /Limit for result exceeded/,
  );
  await assert.rejects(
    readOnlyQuery(store, "SELECT groupArray(number) FROM numbers(100000000)", "CSV", {
      maxMemoryBytes: 50e6,
    }),
    /memory limit/i,
  );
});

test("a query whose client goes away is killed", async () => {
  const gone = new AbortController();
  const asked = store.client.query({
    query: "SELECT count() FROM numbers(1000000000000)",
    format: "JSONEachRow",
    abort_signal: gone.signal,
  });
  const running = async () =>
    (
      await store.query<{ n: number }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%1000000000000)%' AND query NOT LIKE '%processes%'",
      )
    )[0].n;
  while ((await running()) === 0) await pause(10);
  gone.abort();
  await assert.rejects(asked);
  while ((await running()) > 0) await pause(10);
});

test("a second store attaches to the running engine and leaves it running", async () => {
  const second = await openStore({ dataDir });
  assert.deepEqual(await second.query("SELECT count() > 0 AS some FROM texts"), [{ some: 1 }]);
  await second.close();
  assert.deepEqual(await store.query("SELECT 1 AS a"), [{ a: 1 }]);
  await assert.rejects(startEngine({ dataDir }), { code: "STORE_DATA_DIR_IN_USE" });
});

test("an engine that is killed comes back for its owner", async () => {
  const pid = readDiscovery(dataDir)?.pid ?? 0;
  process.kill(pid, "SIGKILL");
  const answer = async () => (await store.query<{ n: number }>("SELECT count() AS n FROM texts"))[0].n;
  let n = 0;
  while (n === 0) n = await answer().catch(async () => pause(50, 0));
  assert.equal(n, 7);
  assert.equal(store.engineRestarts, 1);
});

test("SIGINT does not end the engine, SIGTERM ends it and leaves no engine.json and no lock", async () => {
  const dir = join(root, "signals");
  const engine = await startEngine({ dataDir: dir });
  process.kill(engine.address.pid, "SIGINT");
  await pause(100);
  assert.ok(processAlive(engine.address.pid));
  process.kill(engine.address.pid, "SIGTERM");
  assert.deepEqual(await engine.ended, { code: 0, signal: null });
  assert.equal(existsSync(join(dir, "engine.json")), false);
  assert.equal(existsSync(join(dir, "engine.lock")), false);
});

test("the engine ends when the process that started it is killed", async () => {
  const dir = join(root, "orphan");
  const start = fileURLToPath(new URL("./start.ts", import.meta.url));
  const code = `const { startEngine } = await import(${JSON.stringify(start)}); const e = await startEngine({ dataDir: ${JSON.stringify(dir)} }); console.log(e.address.pid); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = Number(await new Promise((done) => owner.stdout.once("data", done)));
  assert.ok(processAlive(pid));
  owner.kill("SIGKILL");
  while (processAlive(pid)) await pause(20);
});

test("the lock of a dead process is taken over, that of a live one is not", () => {
  const dir = join(root, "lock");
  mkdirSync(dir);
  writeFileSync(join(dir, "engine.lock"), "999999999 123\n");
  const held = acquireLock(dir);
  assert.equal(held.status, "held");
  assert.deepEqual(acquireLock(dir), { status: "taken", pid: process.pid });
  if (held.status === "held") held.release();
  // The same pid, but another process: it started at another time.
  writeFileSync(join(dir, "engine.lock"), `${process.pid} 1\n`);
  assert.equal(acquireLock(dir).status, "held");
  assert.equal(readFileSync(join(dir, "engine.lock"), "utf8").startsWith(`${process.pid} `), true);
});

test("an engine.json without an engine behind it is passed over", async () => {
  const dir = join(root, "stale");
  mkdirSync(dir);
  writeDiscovery(dir, { pid: process.pid, port: 1, user: "ishizue", password: "x", engineVersion: "26" });
  const opened = await openStore({ dataDir: dir });
  assert.deepEqual(await opened.query("SELECT 1 AS a"), [{ a: 1 }]);
  await opened.close();
});

test("a machine without the engine's library is told what to do", () => {
  const copy = join(root, "without-engine");
  cpSync(fileURLToPath(new URL("..", import.meta.url)), copy, { recursive: true });
  writeFileSync(join(copy, "package.json"), '{"type":"module"}');
  const ran = spawnSync(process.execPath, [join(copy, "embedded", "main.ts"), join(root, "none")], {
    encoding: "utf8",
  });
  assert.equal(ran.status, 1);
  const { fault } = JSON.parse(ran.stderr.trim().split("\n").at(-1) ?? "") as {
    fault: { code: string; advice: string };
  };
  assert.equal(fault.code, "STORE_ENGINE_MISSING");
  assert.match(fault.advice, /npm ci/);
});

test("a data directory that is no directory is named", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  await assert.rejects(startEngine({ dataDir: join(file, "data") }), { code: "STORE_DATA_DIR_NOT_WRITABLE" });
});

test("a server elsewhere that does not answer is named", async () => {
  await assert.rejects(openStore({ url: "http://127.0.0.1:1" }), { code: "STORE_UNREACHABLE" });
});

test("a server by its address is used like the embedded one, and refuses a wrong password", async () => {
  const { user, password } = readDiscovery(dataDir) ?? { user: "", password: "" };
  const remote = await openStore({ url: base(), username: user, password, database: "elsewhere" });
  assert.deepEqual(await remote.query("SELECT currentDatabase() AS d"), [{ d: "elsewhere" }]);
  assert.equal(remote.spoolDir, undefined);
  await remote.close();
  await assert.rejects(openStore({ url: base(), username: user, password: "wrong" }), {
    code: "STORE_AUTHENTICATION",
  });
});
