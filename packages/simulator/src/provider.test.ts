import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Decoder, Exporter, FlowBatch, formatAddress, SamplingOrigin } from "@ishizue/wire";
import { leasedIpv4, leasedIpv6Word } from "./lease/plan.ts";
import { LineKind } from "./population/line.ts";
import { simulate } from "./provider.ts";
import type { Provider } from "./provider.ts";

/** Everything that a run sent, decoded. */
interface Decoded {
  readonly provider: Provider;
  readonly rows: { exporter: number; batch: FlowBatch }[];
  /** Σ N·b and its variance estimate, by service × 2 + direction (IN by its ingress interface). */
  readonly estimate: Float64Array;
  readonly variance: Float64Array;
}

function decodeAll(provider: Provider): Decoded {
  const decoder = new Decoder();
  const exporters = provider.exporters.map(({ address }, index) => new Exporter(address, index));
  const rows: { exporter: number; batch: FlowBatch }[] = [];
  const estimate = new Float64Array(4);
  const variance = new Float64Array(4);
  const sequence = [0, 0];
  for (const event of provider.run()) {
    if (event.kind === "radius") continue;
    const { bytes, exporter } = event;
    const batch = new FlowBatch(Math.max(1, event.records));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const outcome = decoder.decode(bytes, view, 0, bytes.length, exporters[exporter], event.timeMs, batch);
    assert.equal(outcome.status, "decoded");
    assert.equal(outcome.version, exporter === 0 ? 9 : 10);
    assert.equal(outcome.undecodedSets + outcome.malformedSets + outcome.malformedRecords, 0);
    assert.equal(outcome.rows, event.records);
    assert.equal(outcome.exportTimeMs, Math.floor(event.timeMs / 1000) * 1000);
    assert.equal(outcome.sequenceNumber, sequence[exporter]);
    // v9 counts messages, IPFIX data records, those of options included.
    sequence[exporter] += exporter === 0 ? 1 : outcome.rows + outcome.optionsRecords;
    for (let row = 0; row < batch.rowCount; row++) {
      const interval = batch.samplingInterval[row];
      assert.equal(interval, provider.exporters[exporter].samplingInterval);
      assert.equal(batch.samplingOrigin[row], SamplingOrigin.options);
      assert.ok(batch.flowStartMs[row] <= batch.flowEndMs[row]);
      assert.ok(batch.flowEndMs[row] < event.timeMs && event.timeMs - batch.flowEndMs[row] <= 60_000);
      const octets = batch.octetDeltaCount[row];
      const at = exporter * 2 + (batch.ingressInterface[row] === 1 ? 1 : 0);
      estimate[at] += interval * octets;
      variance[at] += (interval * (interval - 1) * octets * octets) / batch.packetDeltaCount[row];
    }
    rows.push({ exporter, batch });
  }
  return { provider, rows, estimate, variance };
}

const small = {
  weeks: ["2026-W20"],
  lines: { pppoe: 60, ipoe: 12, business: 8, mobile: 30 },
  recordsTarget: 40_000,
  reconnectShare: 0.5,
};

void test("the same options give the same events and the same truth, another seed others", () => {
  const digest = (seed: number): string => {
    const hash = createHash("sha256");
    const provider = simulate({ ...small, recordsTarget: 3000, interimS: 0, seed });
    for (const event of provider.run()) {
      hash.update(`${event.kind} ${event.timeMs} ${event.exporter}`);
      hash.update(event.kind === "datagram" ? event.bytes : JSON.stringify(event.fields));
    }
    return hash.update(provider.tallies[0].lineDay).digest("hex");
  };
  assert.equal(digest(1), digest(1));
  assert.notEqual(digest(1), digest(2));
});

void test("events come in order of time and counts say how many there were", () => {
  const provider = simulate({ ...small, recordsTarget: 5000, weeks: ["2025-W20", "2026-W20"] });
  let lastMs = -Infinity;
  const seen = { radius: 0, datagrams: [0, 0], records: [0, 0] };
  for (const event of provider.run()) {
    assert.ok(event.timeMs >= lastMs);
    lastMs = event.timeMs;
    if (event.kind === "radius") seen.radius++;
    else {
      seen.datagrams[event.exporter]++;
      seen.records[event.exporter] += event.records;
      assert.ok(event.bytes.length <= 1400);
    }
  }
  assert.deepEqual(provider.counts, { ...seen, lostDatagrams: [0, 0], lostRecords: [0, 0] });
  assert.deepEqual(
    [0, 1].map((service) => provider.tallies[0].records[service] + provider.tallies[1].records[service]),
    seen.records,
  );
});

void test("a year later, uptime wrapped and sequence numbers going on, times are still right", () => {
  const provider = simulate({ ...small, recordsTarget: 6000, weeks: ["2025-W20", "2026-W20"] });
  // decodeAll asserts times and sequence numbers of every message.
  const { rows } = decodeAll(provider);
  const { startMs } = provider.weeks[1];
  const later = rows.filter(({ batch }) => batch.rowCount > 0 && batch.flowEndMs[0] >= startMs);
  assert.deepEqual(
    [...new Set(later.map(({ exporter }) => exporter))].sort((a, b) => a - b),
    [0, 1],
  );
});

void test("records times N are an unbiased estimate of the true octets", () => {
  for (const seed of [1, 2, 3]) {
    const { provider, estimate, variance, rows } = decodeAll(simulate({ ...small, seed }));
    const tally = provider.tallies[0];
    let several = 0;
    for (const { batch } of rows) {
      for (let row = 0; row < batch.rowCount; row++) if (batch.packetDeltaCount[row] > 1) several++;
    }
    assert.ok(several > 0, "some records carry several packets");
    for (let flow = 0; flow < 4; flow++) {
      const truth =
        tally.serviceOctets(flow >>> 1, flow & 1) +
        tally.strayOctets[2 * flow] +
        tally.strayOctets[2 * flow + 1];
      const sigma = Math.sqrt(variance[flow]);
      assert.ok(Math.abs(estimate[flow] - truth) < 4 * sigma, `seed ${seed}, flow ${flow}`);
      assert.ok(sigma < 0.1 * truth);
    }
  }
});

void test("every record's address was leased at its time, but for the strays, and belongs to the right line", () => {
  const { provider, rows } = decodeAll(simulate(small));
  const { lines } = provider;
  const sessions = provider.sessions(0);
  /** "IPv4 text" or "kind:second word" → leases. */
  const leases = new Map<string, { from: number; to: number; line: number }[]>();
  const put = (key: string, lease: { from: number; to: number; line: number }): void => {
    leases.set(key, [...(leases.get(key) ?? []), lease]);
  };
  for (let line = 0; line < lines.count; line++) {
    const kind = lines.kind[line];
    for (let s = sessions.first[line]; s < sessions.first[line + 1]; s++) {
      const lease = { from: sessions.startMs[s], to: sessions.endMs[s], line };
      if (kind !== LineKind.ipoe) put(String(leasedIpv4(kind, sessions.place[s])), lease);
      if (kind !== LineKind.business) {
        const word = leasedIpv6Word(kind, sessions.place[s]);
        put(`v6:${kind === LineKind.mobile ? word : Math.floor(word / 256)}`, lease);
      }
    }
  }
  const byLine = new Float64Array(2 * lines.count);
  let strays = 0;
  let estimate = 0;
  let ofOthers = 0;
  for (const { batch } of rows) {
    for (let row = 0; row < batch.rowCount; row++) {
      const upload = batch.ingressInterface[row] !== 1;
      const words = upload ? batch.sourceAddress : batch.destinationAddress;
      const view = new DataView(words.buffer, words.byteOffset + 16 * row, 16);
      const ipv4 = view.getUint32(0) === 0;
      const word = view.getUint32(4);
      const key = ipv4
        ? String(view.getUint32(12))
        : `v6:${word >= 0x40000000 ? word : Math.floor(word / 256)}`;
      const n = batch.samplingInterval[row];
      const octets = batch.octetDeltaCount[row];
      estimate += n * octets;
      const held = leases.get(key);
      if (held === undefined) {
        strays += n * octets;
        assert.match(formatAddress(words, 4 * row), /203\.0\.113\.|100\.79\.255\.|100\.127\.255\./);
        continue;
      }
      const start = batch.flowStartMs[row];
      const end = batch.flowEndMs[row];
      const found = held.filter(({ from, to }) => from <= start && end < to);
      assert.equal(found.length, 1, `${formatAddress(words, 4 * row)} at ${new Date(start).toISOString()}`);
      if (new Set(held.map(({ line }) => line)).size > 1) ofOthers++;
      byLine[2 * found[0].line + (upload ? 0 : 1)] += n * octets;
      const port = Math.min(batch.sourceTransportPort[row], batch.destinationTransportPort[row]);
      const linePort = upload ? batch.sourceTransportPort[row] : batch.destinationTransportPort[row];
      assert.ok(linePort >= 32768 ? port < linePort : port === 0 && linePort === 0);
    }
  }
  assert.ok(ofOthers > 1000, "addresses that change hands carry traffic");
  assert.ok(strays / estimate < 0.01);
  for (let i = 0; i < byLine.length; i++) {
    const line = i >>> 1;
    const truth = provider.tallies[0].lineOctets(line, i & 1);
    // Of packets of 1,500 octets or less, N·Σb has a variance of N·1500·truth or less.
    const n = provider.exporters[lines.kind[line] === LineKind.mobile ? 1 : 0].samplingInterval;
    assert.ok(
      Math.abs(byLine[i] - truth) <= 4.5 * Math.sqrt(n * 1500 * truth),
      `${lines.names[line]}: ${byLine[i]} estimated, ${truth} true`,
    );
  }
});

void test("truth by line, by port and by hour are the same octets", () => {
  const provider = simulate({ ...small, recordsTarget: 2000 });
  for (const event of provider.run()) void event;
  const tally = provider.tallies[0];
  for (let flow = 0; flow < 4; flow++) {
    let byLine = 0;
    let byPort = 0;
    for (let line = 0; line < provider.lines.count; line++) {
      if ((provider.lines.kind[line] === LineKind.mobile) === flow >= 2)
        byLine += tally.lineOctets(line, flow & 1);
    }
    const ports = provider.ports.port.length;
    for (let kind = 0; kind < 4; kind++) {
      if ((kind === LineKind.mobile) !== flow >= 2) continue;
      const at = (kind * 2 + (flow & 1)) * ports;
      for (let port = 0; port < ports; port++) byPort += tally.portOctets[at + port];
    }
    assert.equal(byLine, tally.serviceOctets(flow >>> 1, flow & 1));
    assert.equal(byPort, byLine);
  }
});

void test("every octet of a datagram belongs to a set", () => {
  for (const event of simulate({ ...small, recordsTarget: 3000 }).run()) {
    if (event.kind !== "datagram") continue;
    const view = new DataView(event.bytes.buffer, event.bytes.byteOffset, event.bytes.byteLength);
    let at = event.exporter === 0 ? 20 : 16;
    if (event.exporter === 1) assert.equal(view.getUint16(2), event.bytes.length);
    while (at < event.bytes.length) at += view.getUint16(at + 2);
    assert.equal(at, event.bytes.length);
  }
});

void test("the number of records comes near its target, and N can be given", () => {
  const provider = simulate({ ...small, recordsTarget: 30_000 });
  for (const event of provider.run()) void event;
  const records = provider.counts.records[0] + provider.counts.records[1];
  assert.ok(Math.abs(records / 30_000 - 1) < 0.1, `${records} records`);
  const given = simulate({ ...small, samplingInterval: { broadband: 8192, mobile: 1024 } });
  assert.deepEqual(
    given.exporters.map(({ samplingInterval }) => samplingInterval),
    [8192, 1024],
  );
  assert.throws(() => simulate({ ...small, samplingInterval: { broadband: 0 } }), RangeError);
});
