import assert from "node:assert/strict";
import { test } from "node:test";
import { Decoder, Exporter, FlowBatch, NatEventBatch, SamplingOrigin } from "@ishizue/wire";
import { weekFaults } from "./exporter/faults.ts";
import { clockSkewsMs } from "./exporter/network.ts";
import { cgnatPlan, insideAddress } from "./lease/cgnat.ts";
import { LineKind } from "./population/line.ts";
import { simulate } from "./provider.ts";
import type { Provider } from "./provider.ts";

const small = {
  weeks: ["2026-W20"],
  lines: { pppoe: 60, ipoe: 12, business: 8, mobile: 30 },
  recordsTarget: 10_000,
  interimS: 0,
};

interface Sent {
  readonly batches: {
    exporter: number;
    timeMs: number;
    batch: FlowBatch;
    sequence: number;
    uptime: number;
  }[];
  readonly events: {
    timeMs: number;
    inside: number;
    outside: number;
    first: number;
    last: number;
    kind: number;
  }[];
}

const host = (words: Uint32Array, row: number): number =>
  new DataView(words.buffer, words.byteOffset + 16 * row, 16).getUint32(12);

/** Everything that a run sent, decoded by one decoder as a collector would. */
function decodeAll(provider: Provider): Sent {
  const nat = new NatEventBatch(256);
  const decoder = new Decoder();
  decoder.takeNatEvents(nat);
  const exporters = provider.exporters.map(({ address }, index) => new Exporter(address, index));
  const sent: Sent = { batches: [], events: [] };
  for (const event of provider.run()) {
    if (event.kind === "radius") continue;
    const { bytes, exporter, timeMs } = event;
    const batch = new FlowBatch(Math.max(1, event.records));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const outcome = decoder.decode(bytes, view, 0, bytes.length, exporters[exporter], timeMs, batch);
    assert.equal(outcome.status, "decoded");
    assert.equal(outcome.undecodedSets + outcome.malformedSets + outcome.malformedRecords, 0);
    assert.equal(outcome.rows, event.records);
    const uptime = outcome.version === 9 ? view.getUint32(4) : 0;
    sent.batches.push({ exporter, timeMs, batch, sequence: outcome.sequenceNumber, uptime });
    for (let row = 0; row < nat.rowCount; row++) {
      sent.events.push({
        timeMs: nat.observationTimeMs[row],
        inside: host(nat.sourceAddress, row),
        outside: host(nat.postNATSourceAddress, row),
        first: nat.portRangeStart[row],
        last: nat.portRangeEnd[row],
        kind: nat.natEvent[row],
      });
    }
    nat.rowCount = 0;
  }
  return sent;
}

void test("a core router sees the edge's traffic again with a sampler of its own, and the edge sends what it sent without", () => {
  const alone = decodeAll(simulate(small));
  const provider = simulate({ ...small, core: true });
  const both = decodeAll(provider);
  const estimate = (sent: Sent, exporter: number): number =>
    sent.batches
      .filter((one) => one.exporter === exporter)
      .reduce((sum, { batch }) => {
        for (let row = 0; row < batch.rowCount; row++) {
          assert.equal(batch.samplingOrigin[row], SamplingOrigin.options);
          sum += batch.samplingInterval[row] * batch.octetDeltaCount[row];
        }
        return sum;
      }, 0);
  assert.deepEqual(
    provider.exporters.map(({ name, role }) => [name, role]),
    [
      ["broadband-edge", "edge"],
      ["mobile-gateway", "edge"],
      ["broadband-core", "core"],
    ],
  );
  assert.equal(estimate(both, 0), estimate(alone, 0));
  assert.equal(estimate(both, 1), estimate(alone, 1));
  const core = estimate(both, 2);
  assert.notEqual(core, estimate(both, 0));
  assert.ok(Math.abs(core / estimate(both, 0) - 1) < 0.05, `${core} of ${estimate(both, 0)}`);
});

void test("behind the NAT a line's records carry the outside address and the ports that its event has told of before", () => {
  const provider = simulate({ ...small, cgnat: true });
  const { batches, events } = decodeAll(provider);
  assert.deepEqual(
    [...new Set(events.map(({ kind }) => kind))].sort((a, b) => a - b),
    [16, 17],
  );
  /** outside:port block → who held it when. */
  const held = new Map<string, { from: number; to: number; inside: number }[]>();
  for (const event of events) {
    assert.equal(event.last - event.first + 1, cgnatPlan.portsPerBlock);
    const key = `${event.outside}:${event.first}`;
    const times = held.get(key) ?? [];
    held.set(key, times);
    if (event.kind === 16) times.push({ from: event.timeMs, to: Infinity, inside: event.inside });
    else times[times.length - 1].to = event.timeMs;
  }
  const sessions = provider.sessions(0);
  const lineAt = new Map<string, number>();
  for (let line = provider.lines.count - 30; line < provider.lines.count; line++) {
    for (let s = sessions.first[line]; s < sessions.first[line + 1]; s++) {
      lineAt.set(`${insideAddress(sessions.place[s])} ${sessions.startMs[s]}`, line);
    }
  }
  let seen = 0;
  const lines = new Set<number>();
  for (const { exporter, batch } of batches) {
    if (exporter !== 1) continue;
    for (let row = 0; row < batch.rowCount; row++) {
      const upload = batch.ingressInterface[row] !== 1;
      const address = host(upload ? batch.sourceAddress : batch.destinationAddress, row);
      if (address >>> 8 !== cgnatPlan.firstOutside >>> 8) continue;
      const port = upload ? batch.sourceTransportPort[row] : batch.destinationTransportPort[row];
      const block = cgnatPlan.firstPort + 128 * Math.floor((port - cgnatPlan.firstPort) / 128);
      const found = (held.get(`${address}:${block}`) ?? []).filter(
        ({ from, to }) => from <= batch.flowStartMs[row] && batch.flowEndMs[row] < to,
      );
      assert.equal(found.length, 1, `${address}:${port} at ${batch.flowStartMs[row]}`);
      const line = lineAt.get(`${found[0].inside} ${found[0].from}`);
      assert.ok(line !== undefined && provider.lines.kind[line] === LineKind.mobile);
      lines.add(line);
      seen++;
    }
  }
  assert.ok(seen > 500 && lines.size > 20, `${seen} records of ${lines.size} lines`);
  assert.ok(provider.customerPrefixes.includes("198.51.100.0/24"));
});

void test("more mobile lines than there are addresses behind the NAT are refused", () => {
  assert.throws(
    () => simulate({ ...small, lines: { pppoe: 1, ipoe: 0, business: 0, mobile: 16_200 }, cgnat: true }),
    RangeError,
  );
});

void test("faults: the edge restarts with sequence and uptime from 0, datagrams are lost in the sequence, clocks are off", () => {
  const provider = simulate({ ...small, core: true, faults: true, recordsTarget: 100_000 });
  const { batches } = decodeAll(provider);
  const [edgeFaults, gatewayFaults] = weekFaults(provider.weeks[0]);
  const [outage] = edgeFaults.outages;
  const edge = batches.filter(({ exporter }) => exporter === 0);
  assert.ok(edge.every(({ timeMs }) => timeMs <= outage.fromMs || timeMs >= outage.toMs));
  const first = edge.findIndex(({ timeMs }) => timeMs >= outage.toMs);
  assert.deepEqual([edge[first].sequence, edge[first].uptime, edge[first].batch.rowCount], [0, 0, 0]);
  for (let i = first + 1; i < edge.length; i++) assert.equal(edge[i].sequence, i - first);
  // Nothing that began before the restart comes after it.
  for (const { batch } of edge.slice(first)) {
    for (let row = 0; row < batch.rowCount; row++) {
      assert.ok(batch.flowStartMs[row] - clockSkewsMs["broadband-edge"] >= outage.toMs);
    }
  }
  assert.ok(provider.counts.lostRecords[0] > 0);
  assert.equal(provider.counts.lostDatagrams[0], 0);
  const [loss] = gatewayFaults.losses;
  let expected = -1;
  let missing = 0;
  for (const { exporter, sequence, timeMs, batch } of batches) {
    if (exporter !== 1) continue;
    if (expected >= 0 && sequence !== expected) {
      assert.ok(timeMs >= loss.fromMs && timeMs < loss.toMs + 60_000);
      missing += sequence - expected;
    }
    // IPFIX counts data records; the message with the templates holds one of options.
    expected = sequence + Math.max(1, batch.rowCount);
  }
  assert.equal(missing, provider.counts.lostRecords[1]);
  assert.ok(missing > 0);
  for (const { exporter, timeMs, batch } of batches) {
    const skew = clockSkewsMs[provider.exporters[exporter].name];
    for (let row = 0; row < batch.rowCount; row++) {
      const delay = timeMs - (batch.flowEndMs[row] - skew);
      assert.ok(delay > 0 && delay <= 60_000, `${provider.exporters[exporter].name}: ${delay}`);
    }
  }
});

void test("lines that have not joined yet have no session and no traffic", () => {
  const weeks = [
    { week: "2020-W22", year: 2020 },
    { week: "2023-W22", year: 2023 },
  ];
  const provider = simulate({ ...small, weeks, growth: true, householdShare: 0.5, recordsTarget: 3000 });
  for (const event of provider.run()) void event;
  let absent = 0;
  for (let line = 0; line < provider.lines.count; line++) {
    const { first } = provider.sessions(0);
    const there = first[line + 1] > first[line];
    if (!there) absent++;
    assert.equal(provider.tallies[0].lineOctets(line, 1) > 0, there);
    assert.ok(provider.tallies[1].lineOctets(line, 1) > 0);
  }
  assert.ok(absent > 5 && absent < 40, `${absent}`);
});
