import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import {
  checkAccountingRequest,
  decodeRadius,
  encodeAccountingResponse,
  readAccountingRequest,
} from "@ishizue/wire";
import { simulate } from "../provider.ts";

const small = { weeks: ["2026-W20"], lines: 40, recordsTarget: 30_000 };
const secret = "a-shared-secret";

async function listen(onMessage: (bytes: Uint8Array, address: string, socket: Socket, port: number) => void) {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => onMessage(bytes, from.address, socket, from.port));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

void test("a run arrives whole and in order, accounting before the traffic it explains, from the exporters' own addresses", async () => {
  const provider = simulate(small);
  const sources = new Set<string>();
  let received = 0;
  let octets = 0;
  let lateStarts = 0;
  let newestFlowMs = -Infinity;
  const versions = [0, 0];
  const flows = (bytes: Uint8Array, address: string): void => {
    received++;
    octets += bytes.length;
    sources.add(address);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ipfix = view.getUint16(0) === 10;
    versions[ipfix ? 1 : 0]++;
    newestFlowMs = Math.max(newestFlowMs, 1000 * view.getUint32(ipfix ? 4 : 8));
  };
  const seen = new Set<string>();
  let dropped = 0;
  const accounting = (bytes: Uint8Array, address: string, socket: Socket, port: number): void => {
    const outcome = decodeRadius(bytes);
    assert.ok(outcome.status === "decoded");
    assert.ok(checkAccountingRequest(outcome.packet, new TextEncoder().encode(secret)));
    const request = readAccountingRequest(outcome.packet);
    const key = `${request.sessionId} ${request.statusType} ${request.eventTimestampMs}`;
    // Now and then the first try is lost.
    if (!seen.has(key) && seen.size % 50 === 7 && dropped < 5) {
      dropped++;
      seen.add(key);
      return;
    }
    seen.add(key);
    sources.add(address);
    if ((request.eventTimestampMs ?? 0) < newestFlowMs - 60_000) lateStarts++;
    socket.send(encodeAccountingResponse(outcome.packet, secret), port, address);
  };
  const netflow = await listen(flows);
  const ipfix = await listen(flows);
  const radius = await listen(accounting);
  try {
    const result = await provider.sendTo({
      collector: { host: "127.0.0.1", netflowPort: netflow.address().port, ipfixPort: ipfix.address().port },
      accounting: { host: "127.0.0.1", port: radius.address().port, secret },
      received: () => received,
      accountingLeadMs: 3_600_000,
    });
    assert.deepEqual(versions, provider.counts.datagrams);
    assert.equal(result.datagrams, received);
    assert.equal(result.unacknowledged, 0);
    assert.equal(result.records, provider.counts.records[0] + provider.counts.records[1]);
    assert.equal(result.accounting, provider.counts.radius);
    assert.equal(seen.size, provider.counts.radius);
    assert.ok(result.retransmitted >= dropped && dropped > 0);
    assert.equal(lateStarts, 0);
    assert.deepEqual([...sources].sort(), ["127.0.0.11", "127.0.0.12"]);
    assert.ok(octets > 0);
  } finally {
    for (const socket of [netflow, ipfix, radius]) socket.close();
  }
});

void test("datagrams that the collector never takes are counted, and the run goes on", async () => {
  const provider = simulate({ ...small, recordsTarget: 1000 });
  let received = 0;
  let lost = 0;
  const take = (): void => {
    if (lost < 3 && received > 20) lost++;
    else received++;
  };
  const netflow = await listen(take);
  const ipfix = await listen(take);
  try {
    const result = await provider.sendTo({
      collector: { host: "127.0.0.1", netflowPort: netflow.address().port, ipfixPort: ipfix.address().port },
      received: () => received,
      stallMs: 50,
    });
    assert.equal(result.accounting, 0);
    assert.equal(result.unacknowledged, 3);
    assert.equal(result.datagrams, received + 3);
  } finally {
    netflow.close();
    ipfix.close();
  }
});

void test("an accounting server that stays silent is a fault with a code", async () => {
  const silent = await listen(() => {});
  try {
    await assert.rejects(
      simulate({ ...small, recordsTarget: 1000 }).sendTo({
        collector: { host: "127.0.0.1", netflowPort: 9, ipfixPort: 9 },
        accounting: { host: "127.0.0.1", port: silent.address().port, secret },
        accountingAttempts: 1,
      }),
      { code: "accounting-silent" },
    );
  } finally {
    silent.close();
  }
});
