import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import {
  checkAccountingResponse,
  decodeRadius,
  encodeAccountingRequest,
  parseAddress,
  RadiusType,
} from "@ishizue/wire";
import type { AccountingRequestFields, RadiusPacket } from "@ishizue/wire";
import type { LeaseEvent } from "../lease/event.ts";
import { Ledger } from "../lease/ledger.ts";
import { formatPrefix } from "../lease/resolution.ts";
import { LineTable } from "../line/table.ts";
import { AccountingServer } from "./server.ts";
import type { AccountingServerOptions } from "./server.ts";

const secret = "testing123";
const t0 = Date.UTC(2026, 4, 11, 3);

async function withServer(
  options: Partial<AccountingServerOptions>,
  use: (server: AccountingServer, client: Client, events: LeaseEvent[]) => Promise<void>,
): Promise<void> {
  const events: LeaseEvent[] = [];
  const server = await AccountingServer.open({
    host: "127.0.0.1",
    port: 0,
    clients: [{ address: "127.0.0.0/8", secret }],
    onEvents: async (batch) => {
      await Promise.resolve();
      events.push(...batch);
    },
    now: () => t0 + 1000,
    ...options,
  });
  const client = new Client(server.port, options.host ?? "127.0.0.1");
  try {
    await use(server, client, events);
  } finally {
    client.socket.close();
    await server.close();
  }
}

class Client {
  readonly socket;
  readonly #port: number;
  readonly #host: string;

  constructor(port: number, host: string) {
    this.socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    this.#port = port;
    this.#host = host;
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes, this.#port, this.#host);
  }

  async exchange(bytes: Uint8Array): Promise<RadiusPacket> {
    const message = once(this.socket, "message");
    this.send(bytes);
    const [response] = (await message) as [Uint8Array];
    const outcome = decodeRadius(response);
    assert.equal(outcome.status, "decoded");
    const { packet } = outcome as { packet: RadiusPacket };
    assert.equal(packet.code, 5);
    assert.equal(
      checkAccountingResponse(packet, bytes.subarray(4, 20), new TextEncoder().encode(secret)),
      true,
    );
    return packet;
  }
}

function request(fields: Partial<AccountingRequestFields> = {}): Uint8Array {
  return encodeAccountingRequest({
    identifier: 1,
    secret,
    statusType: "start",
    userName: "alice",
    sessionId: "S1",
    nasIpAddress: "198.51.100.1",
    framedIpAddress: "192.0.2.7",
    eventTimestampMs: t0,
    ...fields,
  });
}

/** Resolves when `done` says so: what is dropped gives no answer to wait for. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}

void test("a request is answered when its event is durable, not before", async () => {
  let release = (): void => {};
  const durable = new Promise<void>((resolve) => (release = resolve));
  await withServer({ onEvents: () => durable }, async (server, client) => {
    const answered = client.exchange(request());
    await until(() => server.stats.events === 1);
    assert.equal(server.stats.responses, 0);
    release();
    assert.equal((await answered).identifier, 1);
    assert.equal(server.stats.responses, 1);
  });
});

void test("a session with its addresses, by IPv4 and IPv6, reaches the ledger", async () => {
  await withServer({}, async (_server, client, events) => {
    await client.exchange(
      request({ framedIpv6Prefix: "2001:db8:6::/64", delegatedIpv6Prefix: "2001:db8:5::/56" }),
    );
    const [event] = events;
    assert.ok("prefixes" in event);
    assert.deepEqual(
      [event.kind, event.atMs, event.knownMs, event.line, event.session, event.nas],
      ["start", t0, t0 + 1000, "alice", "S1", "198.51.100.1"],
    );
    assert.deepEqual(
      event.prefixes.map((p) => formatPrefix(p.words, 0, p.prefixLength)),
      ["192.0.2.7", "2001:db8:6::/64", "2001:db8:5::/56"],
    );
  });
});

void test("a request over IPv6 is served by its prefix's secret", async () => {
  await withServer(
    { host: "::1", clients: [{ address: "::1/128", secret }] },
    async (_server, client, events) => {
      await client.exchange(request());
      assert.equal(events.length, 1);
    },
  );
});

void test("a duplicate is answered again and not applied twice", async () => {
  await withServer({}, async (server, client, events) => {
    await client.exchange(request());
    await client.exchange(request());
    assert.equal(events.length, 1);
    assert.equal(server.stats.duplicates, 1);
    assert.equal(server.stats.responses, 2);
    // The same identifier with other contents is another request.
    await client.exchange(request({ sessionId: "S2" }));
    assert.equal(events.length, 2);
  });
});

void test("unknown clients, wrong secrets and broken packets are dropped and counted", async () => {
  await withServer({}, async (server, client, events) => {
    client.send(request({ secret: "other" }));
    client.send(request().subarray(0, 30));
    const access = request();
    access[0] = 1;
    client.send(access);
    await until(() => server.stats.datagrams === 3);
    assert.equal(events.length, 0);
    assert.equal(server.stats.responses, 0);
    assert.equal(server.stats.dropped.badAuthenticator, 1);
    assert.equal(server.stats.dropped.malformed, 1);
    assert.equal(server.stats.dropped.otherCode, 1);
  });
  await withServer({ clients: [{ address: "192.0.2.0/24", secret }] }, async (server, client) => {
    client.send(request());
    await until(() => server.stats.dropped.unknownClient === 1);
  });
});

void test("the longest prefix's secret counts", async () => {
  const clients = [
    { address: "127.0.0.0/8", secret: "wide" },
    { address: "127.0.0.1", secret },
  ];
  await withServer({ clients }, async (_server, client, events) => {
    await client.exchange(request());
    assert.equal(events.length, 1);
  });
  await assert.rejects(
    withServer({ clients: [{ address: "here", secret }] }, async () => {}),
    {
      code: "BAD_ACCOUNTING_CLIENT",
    },
  );
});

void test("Proxy-State comes back unchanged and in order", async () => {
  const proxyState = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  await withServer({}, async (_server, client) => {
    const { attributes } = await client.exchange(request({ proxyState }));
    assert.deepEqual(
      attributes.map(({ type, value }) => Buffer.from(value).toString("hex") + ` ${type}`),
      [`0102 ${RadiusType.proxyState}`, `03 ${RadiusType.proxyState}`],
    );
  });
});

void test("a request whose event cannot be made durable gets no answer and is taken anew", async () => {
  let calls = 0;
  const onEvents = async (): Promise<void> => {
    calls++;
    if (calls === 1) throw new Error("the disk is full");
  };
  await withServer({ onEvents }, async (server, client) => {
    client.send(request());
    await until(() => server.stats.failed === 1);
    assert.equal(server.stats.responses, 0);
    await client.exchange(request());
    assert.equal(calls, 2);
  });
});

void test("requests over the bound of those at work are dropped and counted", async () => {
  let release = (): void => {};
  const durable = new Promise<void>((resolve) => (release = resolve));
  await withServer({ onEvents: () => durable, limits: { inFlight: 2 } }, async (server, client) => {
    for (let identifier = 0; identifier < 5; identifier++) client.send(request({ identifier }));
    await until(() => server.stats.datagrams === 5);
    assert.equal(server.stats.dropped.inFlightFull, 3);
    release();
    await until(() => server.stats.responses === 2);
  });
});

void test("the event time is the arrival less the delay where the clock is not given or not believed", async () => {
  await withServer({}, async (server, client, events) => {
    await client.exchange(
      encodeAccountingRequest({
        identifier: 1,
        secret,
        statusType: "start",
        userName: "a",
        framedIpAddress: "192.0.2.1",
        delayTimeS: 30,
      }),
    );
    await client.exchange(request({ eventTimestampMs: t0 + 7_200_000 }));
    await client.exchange(request({ eventTimestampMs: 1000, delayTimeS: 1 }));
    assert.deepEqual(
      events.map((event) => ("atMs" in event ? event.atMs : 0)),
      [t0 + 1000 - 30_000, t0 + 1000, t0],
    );
    assert.equal(server.stats.clockNotBelieved, 2);
  });
});

void test("placeholder addresses make no lease, and the netmask only where it is asked for", async () => {
  const prefixesOf = async (
    options: Partial<AccountingServerOptions>,
    fields: Partial<AccountingRequestFields>,
  ) => {
    let shown: string[] = [];
    await withServer(options, async (_server, client, events) => {
      await client.exchange(request(fields));
      const [event] = events;
      if ("prefixes" in event) shown = event.prefixes.map((p) => formatPrefix(p.words, 0, p.prefixLength));
    });
    return shown;
  };
  assert.deepEqual(await prefixesOf({}, { framedIpAddress: "255.255.255.254" }), []);
  assert.deepEqual(await prefixesOf({}, { framedIpAddress: "0.0.0.0", framedIpv6Address: "::" }), []);
  const netmask = { framedIpAddress: "192.0.2.8", framedIpNetmask: "255.255.255.248" };
  assert.deepEqual(await prefixesOf({}, netmask), ["192.0.2.8"]);
  assert.deepEqual(await prefixesOf({ useFramedIpNetmask: true }, netmask), ["192.0.2.8/29"]);
  assert.deepEqual(
    await prefixesOf(
      {},
      { framedRoute: "203.0.113.0/29 192.0.2.7 1", framedIpv6Route: "2001:db8:9::/48 :: 1" },
    ),
    ["192.0.2.7", "203.0.113.0/29", "2001:db8:9::/48"],
  );
});

void test("a line that reconnects holds its addresses one after the other", async () => {
  const ledger = new Ledger({ lines: new LineTable() });
  const onEvents = async (events: readonly LeaseEvent[]): Promise<void> => {
    for (const event of events) ledger.apply(event);
  };
  const holder = (address: string, minutes: number): string | number => {
    const words = new Uint32Array(4);
    parseAddress(address, words, 0);
    const line = ledger.resolve(words, 0, t0 + minutes * 60_000);
    return line < 0 ? line : ledger.lines.name(line);
  };
  await withServer({ onEvents }, async (_server, client) => {
    const at = (minutes: number) => ({ eventTimestampMs: t0 + minutes * 60_000 });
    await client.exchange(request({ statusType: "accountingOn", ...at(0), userName: "nas" }));
    await client.exchange(request({ identifier: 2, ...at(1), delegatedIpv6Prefix: "2001:db8:5::/56" }));
    await client.exchange(request({ identifier: 3, statusType: "stop", ...at(10), sessionTimeS: 540 }));
    await client.exchange(
      request({ identifier: 4, ...at(11), sessionId: "S2", framedIpAddress: "192.0.2.99" }),
    );
    await client.exchange(request({ identifier: 5, ...at(12), sessionId: "S3", userName: "bob" }));
    await client.exchange(request({ identifier: 6, statusType: "accountingOff", ...at(20) }));
  });
  assert.equal(holder("192.0.2.7", 5), "alice");
  assert.equal(holder("2001:db8:5:7::1", 9), "alice");
  assert.equal(holder("2001:db8:5:7::1", 10), -2);
  assert.equal(holder("192.0.2.7", 11), -2);
  assert.equal(holder("192.0.2.99", 15), "alice");
  assert.equal(holder("192.0.2.7", 15), "bob");
  assert.equal(holder("192.0.2.7", 20), -2);
});
