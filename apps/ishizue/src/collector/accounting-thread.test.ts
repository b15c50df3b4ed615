import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import type { LeaseEvent } from "@ishizue/ledger";
import { checkAccountingResponse, decodeRadius, encodeAccountingRequest } from "@ishizue/wire";
import { AccountingThread, type AccountingThreadOptions } from "./accounting-thread.ts";

const secret = "testing123";

async function withThread(
  options: Partial<AccountingThreadOptions>,
  use: (thread: AccountingThread, client: Client, events: LeaseEvent[], problems: string[]) => Promise<void>,
): Promise<void> {
  const events: LeaseEvent[] = [];
  const problems: string[] = [];
  const thread = await AccountingThread.open({
    host: "127.0.0.1",
    port: 0,
    protocol: { clients: [{ address: "127.0.0.1", secret }] },
    onEvents: async (batch) => {
      for (const event of batch) events.push(structuredClone(event));
    },
    onProblem: (line) => void problems.push(line),
    onGivenUp: () => assert.fail("given up"),
    ...options,
  });
  const client = new Client(thread.port);
  try {
    await use(thread, client, events, problems);
  } finally {
    client.socket.close();
    await thread.close();
  }
}

class Client {
  readonly socket: Socket = createSocket("udp4");
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes, this.#port, "127.0.0.1");
  }

  /** Identifiers of the next `count` responses, each checked against the request that has it. */
  async responses(requests: readonly Uint8Array[], count = requests.length): Promise<number[]> {
    const identifiers: number[] = [];
    while (identifiers.length < count) {
      const [response] = (await once(this.socket, "message")) as [Uint8Array];
      const outcome = decodeRadius(response);
      assert.ok(outcome.status === "decoded");
      const { packet } = outcome;
      const request = requests.find((bytes) => bytes[1] === packet.identifier);
      assert.ok(request !== undefined);
      assert.ok(
        checkAccountingResponse(packet, request.subarray(4, 20), new TextEncoder().encode(secret)),
        "the response's authenticator is of its request",
      );
      identifiers.push(packet.identifier);
    }
    return identifiers;
  }
}

function request(identifier: number, shared = secret): Uint8Array {
  return encodeAccountingRequest({
    identifier,
    secret: shared,
    statusType: "start",
    userName: `line-${identifier}`,
    sessionId: `S${identifier}`,
    nasIpAddress: "198.51.100.1",
    framedIpAddress: `192.0.2.${identifier}`,
    eventTimestampMs: Date.UTC(2026, 4, 11),
    proxyState: [Uint8Array.of(identifier)],
  });
}

test("requests are answered when their events are durable, in whatever batches, and not before", async () => {
  const release: (() => void)[] = [];
  const onEvents = () => new Promise<void>((durable) => release.push(durable));
  await withThread({ onEvents }, async (thread, client) => {
    const requests = [1, 2, 3].map((identifier) => request(identifier));
    const answered = client.responses(requests);
    for (const bytes of requests) client.send(bytes);
    while (thread.stats.events < 3) await new Promise((done) => setTimeout(done, 1));
    assert.equal(thread.stats.responses, 0);
    // Each batch comes when the one before it is settled.
    const releasing = setInterval(() => {
      for (const durable of release.splice(0)) durable();
    }, 1);
    const identifiers = await answered;
    clearInterval(releasing);
    assert.deepEqual(new Set(identifiers), new Set([1, 2, 3]));
    assert.equal(thread.stats.responses, 3);
  });
});

test("what its events say reaches the main thread; duplicates are answered and not handed on", async () => {
  await withThread({}, async (thread, client, events) => {
    const bytes = request(7);
    const first = client.responses([bytes]);
    client.send(bytes);
    await first;
    const second = client.responses([bytes]);
    client.send(bytes);
    await second;
    client.send(request(8, "other"));
    while (thread.stats.dropped.badAuthenticator === 0) await new Promise((done) => setTimeout(done, 1));
    assert.equal(events.length, 1);
    const [event] = events;
    assert.ok("prefixes" in event);
    assert.deepEqual(
      [event.kind, event.line, event.session, event.nas, event.prefixes.length],
      ["start", "line-7", "S7", "198.51.100.1", 1],
    );
    const { duplicates, responses, datagrams } = thread.stats;
    assert.deepEqual([datagrams, responses, duplicates], [3, 2, 1]);
  });
});

test("events that cannot be made durable are not answered, and taken anew", async () => {
  let refuses = true;
  const onEvents = async () => {
    if (refuses) throw new Error("the disk is full");
  };
  await withThread({ onEvents }, async (thread, client) => {
    client.send(request(1));
    while (thread.stats.failed === 0) await new Promise((done) => setTimeout(done, 1));
    assert.equal(thread.stats.responses, 0);
    refuses = false;
    const answered = client.responses([request(1)]);
    client.send(request(1));
    await answered;
    assert.equal(thread.stats.duplicates, 0);
  });
});

test("a thread that crashes is told of and started again on the same port", async () => {
  await withThread({}, async (thread, client, _events, problems) => {
    await thread.crash();
    assert.match(problems.join(), /RADIUS accounting ended by a fault of ishizue .* \[THREAD_CRASHED\]/);
    const answered = client.responses([request(3)]);
    client.send(request(3));
    await answered;
  });
});

test("what was taken is answered before it is closed", async () => {
  const onEvents = () => new Promise<void>((durable) => setTimeout(durable, 20));
  await withThread({ onEvents }, async (thread, client) => {
    const requests = [1, 2].map((identifier) => request(identifier));
    const answered = client.responses(requests);
    for (const bytes of requests) client.send(bytes);
    while (thread.stats.events < 2) await new Promise((done) => setTimeout(done, 1));
    await thread.close();
    assert.equal((await answered).length, 2);
  });
});

test("a client that is no address is the operator's fault, and no port is taken", async () => {
  await assert.rejects(
    withThread({ protocol: { clients: [{ address: "here", secret }] } }, async () => {}),
    {
      code: "BAD_ACCOUNTING_CLIENT",
    },
  );
});
