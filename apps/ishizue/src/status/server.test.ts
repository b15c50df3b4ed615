import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startStatusServer } from "./server.ts";
import { bridge, collectorStatus, routerDetail } from "./status.fixture.ts";

let server: { port: number; close: () => Promise<void> };
let broken = false;

before(async () => {
  server = await startStatusServer(
    { host: "127.0.0.1", port: 0 },
    {
      status: () => (broken ? Promise.reject(new Error("no worker answers")) : collectorStatus),
      exporter: (address) =>
        Promise.resolve(address === bridge.address ? { ...routerDetail, ...bridge } : null),
      datagrams: () => 42,
    },
  );
});
after(() => server.close());

async function get(path: string, method = "GET"): Promise<[status: number, type: string, body: string]> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return [response.status, response.headers.get("content-type") ?? "", await response.text()];
}

test("the status is JSON, whole", async () => {
  const [code, type, body] = await get("/status");
  assert.deepEqual([code, type], [200, "application/json"]);
  assert.deepEqual(JSON.parse(body), collectorStatus);
});

test("an exporter is found by its address, IPv6 too", async () => {
  for (const path of [bridge.address, encodeURIComponent(bridge.address)]) {
    const [code, , body] = await get(`/status/exporters/${path}`);
    assert.equal(code, 200);
    assert.equal((JSON.parse(body) as typeof bridge).address, bridge.address);
  }
  assert.equal((await get("/status/exporters/192.0.2.9"))[0], 404);
  assert.equal((await get("/status/exporters/%zz"))[0], 404);
});

test("metrics are the text format of Prometheus", async () => {
  const [code, type, body] = await get("/metrics?x=1");
  assert.deepEqual([code, type], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  assert.match(body, /^ishizue_received_datagrams_total 4001010$/m);
});

test("the number of datagrams is a number", async () => {
  assert.deepEqual(await get("/datagrams"), [200, "application/json", "42"]);
});

test("anything else is refused in words", async () => {
  assert.match((await get("/"))[2], /only GET \/status/);
  assert.equal((await get("/constructor"))[0], 404);
  assert.equal((await get("/status", "POST"))[0], 405);
});

test("a status that cannot be made now is 503, and the server goes on", async () => {
  broken = true;
  assert.equal((await get("/metrics"))[0], 503);
  broken = false;
  assert.equal((await get("/metrics"))[0], 200);
});
