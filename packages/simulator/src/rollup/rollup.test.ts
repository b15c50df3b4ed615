import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { outsideBlock, portsPerBlockOf } from "../lease/cgnat.ts";
import { LineKind } from "../population/line.ts";
import { Binomial } from "../random/binomial.ts";
import { InterfaceIndex } from "../traffic/record.ts";
import { exporterBins } from "./exporter-bins.ts";
import type { EdgeBin, QualityBin } from "./exporter-bins.ts";
import { lineLeases } from "./ledger.ts";
import { LineWeeks } from "./line-week.ts";
import { portHours } from "./port-hours.ts";
import { RollupProvider } from "./provider.ts";
import type { RollupOptions, RollupWeek } from "./provider.ts";
import { LineHourRows } from "./rows.ts";

const small: RollupOptions = { weeks: ["2023-W22"], lines: 400, seed: 3 };

interface Run {
  readonly provider: RollupProvider;
  readonly prepared: RollupWeek;
  /** Estimated octets, variance of them and sampled octets: (line × 2 + direction). */
  readonly octets: Float64Array;
  readonly variance: Float64Array;
  readonly sampled: Float64Array;
  readonly digest: string;
}

/** Runs one week, cut into ranges of `step` lines. */
function run(options: RollupOptions, step = 64): Run {
  const provider = new RollupProvider(options);
  const prepared = provider.prepare(0);
  const { order, lineId } = prepared.input;
  const lines = new LineWeeks(prepared.input, (chance) => new Binomial(chance));
  const rows = new LineHourRows(step * prepared.week.hours.length);
  const octets = new Float64Array(2 * provider.lines.count);
  const variance = new Float64Array(octets.length);
  const sampled = new Float64Array(octets.length);
  const hash = createHash("sha256");
  const lineOf = new Map(
    Array.from({ length: provider.lines.count }, (_, line) => [
      `${lineId[2 * line]}:${lineId[2 * line + 1]}`,
      line,
    ]),
  );
  const take = (): void => {
    for (let row = 0; row < rows.rowCount; row++) {
      const line = lineOf.get(`${rows.lineId[2 * row]}:${rows.lineId[2 * row + 1]}`) ?? Number.NaN;
      for (const [direction, side] of [rows.in, rows.out].entries()) {
        octets[2 * line + direction] += side.octets[row];
        variance[2 * line + direction] += side.variance[row];
        sampled[2 * line + direction] += side.sampledOctets[row];
        hash.update(`${rows.hour[row]} ${line} ${side.octets[row]} ${side.sampledPackets[row]}`);
      }
    }
    rows.rowCount = 0;
  };
  for (let from = 0; from < order.length; from += step)
    lines.run(from, Math.min(order.length, from + step), rows, take);
  take();
  prepared.sums.merge(lines.sums.packets, lines.sums.sampled);
  return { provider, prepared, octets, variance, sampled, digest: hash.digest("hex") };
}

const weekOf = ({ prepared }: Run, line: number, direction: number): number => {
  let sum = 0;
  for (let day = 0; day < 7; day++) sum += prepared.input.lineDay[(line * 7 + day) * 2 + direction];
  return sum;
};

void test("a line's true week is what it was drawn to use, but for a few packets", () => {
  const made = run(small);
  const { octetsIn, octetsOut } = made.prepared.input;
  for (let line = 0; line < made.provider.lines.count; line++) {
    assert.ok(Math.abs(weekOf(made, line, 0) - 7 * octetsIn[line]) < 2 * 1600, `${line} in`);
    assert.ok(Math.abs(weekOf(made, line, 1) - 7 * octetsOut[line]) < 2 * 1600, `${line} out`);
  }
});

void test("a line's estimate is off its truth by what its variance says", () => {
  let squares = 0;
  let count = 0;
  for (const seed of [1, 2, 3]) {
    const made = run({ ...small, seed });
    for (let line = 0; line < made.provider.lines.count; line++) {
      for (let direction = 0; direction < 2; direction++) {
        const variance = made.variance[2 * line + direction];
        // With few packets the variance is itself an estimate.
        if (variance < 50 * (8192 * 1454) ** 2) continue;
        squares += (made.octets[2 * line + direction] - weekOf(made, line, direction)) ** 2 / variance;
        count++;
      }
    }
  }
  assert.ok(count > 1000, `${count} lines`);
  assert.ok(
    Math.abs(squares / count - 1) < 5 * Math.sqrt(2 / count),
    `mean square ${squares / count} of ${count}`,
  );
});

void test("one packet in one gives the truth itself", () => {
  const made = run({ ...small, lines: 40, samplingInterval: { broadband: 1, mobile: 1 } });
  for (let i = 0; i < made.octets.length; i++) assert.equal(made.octets[i], weekOf(made, i >>> 1, i & 1));
  assert.ok(made.variance.every((value) => value === 0));
});

void test("rows do not depend on how lines are shared out, and follow from the seed", () => {
  const whole = run(small, 400);
  assert.equal(run(small, 7).digest, whole.digest);
  assert.notEqual(run({ ...small, seed: 4 }).digest, whole.digest);
});

void test("ports have the same sampled and true octets as the lines, hour by hour", () => {
  const made = run(small);
  const truth = new Float64Array(8 * made.provider.ports.port.length);
  let octets = 0;
  let packets = 0;
  for (const hour of portHours(made.provider, made.prepared, truth)) {
    octets += hour.octets.reduce((a, b) => a + b, 0);
    packets += hour.packets.reduce((a, b) => a + b, 0);
  }
  assert.equal(
    octets,
    made.sampled.reduce((a, b) => a + b, 0),
  );
  assert.equal(
    packets,
    made.prepared.sums.sampled.reduce((a, b) => a + b, 0),
  );
  assert.equal(
    truth.reduce((a, b) => a + b, 0),
    made.prepared.input.lineDay.reduce((a, b) => a + b, 0),
  );
});

function bins(made: Run): { edges: EdgeBin[]; qualities: QualityBin[]; strays: Float64Array } {
  const strays = new Float64Array(8);
  const edges: EdgeBin[] = [];
  const qualities: QualityBin[] = [];
  for (const hour of exporterBins(made.provider, made.prepared, strays)) {
    edges.push(...hour.edges);
    qualities.push(...hour.qualities);
  }
  return { edges, qualities, strays };
}

void test("the five minutes of the edge exporters add up to the lines, and the core router sees broadband again", () => {
  const made = run(small);
  const { edges, qualities } = bins(made);
  const attributed = qualities.reduce((sum, row) => sum + row.attributed.octets, 0);
  assert.equal(
    attributed,
    made.sampled.reduce((a, b) => a + b, 0),
  );
  const sumOf = (role: string, index: number, direction: string): number =>
    edges
      .filter((row) => row.exporter.role === role && row.interface === index && row.direction === direction)
      .reduce((sum, row) => sum + row.sums.octets, 0);
  // What goes in at the customers' side goes out at the world's.
  const core = made.provider.exporters[2].samplingInterval * sumOf("core", InterfaceIndex.core, "in");
  assert.equal(sumOf("core", InterfaceIndex.core, "in"), sumOf("core", InterfaceIndex.upstream, "out"));
  let truth = 0;
  for (let line = 0; line < made.provider.lines.count; line++) {
    if (made.provider.lines.kind[line] !== LineKind.mobile) truth += weekOf(made, line, 0);
  }
  assert.ok(Math.abs(core / truth - 1) < 0.01, `${core} of ${truth}`);
  assert.ok(qualities.every((row) => row.exporter.role === "edge" || row.attributed.octets === 0));
});

void test("a restart leaves five minutes empty, lost datagrams are counted, and both are missing from the estimate", () => {
  const whole = run({ ...small, lines: 2000 });
  const faulty = run({ ...small, lines: 2000, faults: true });
  const { qualities } = bins(faulty);
  const restarts = qualities.filter((row) => row.restarts > 0);
  assert.deepEqual(
    restarts.map((row) => row.exporter.name),
    ["broadband-edge"],
  );
  const [outage] = faulty.prepared.faults[0].outages;
  const dark = qualities.filter(
    (row) => row.exporter.name === "broadband-edge" && row.binMs === outage.fromMs,
  );
  assert.deepEqual(
    dark.map(({ records, messages }) => [records, messages]),
    [[0, 0]],
  );
  const lost = qualities.reduce((sum, row) => sum + row.lost, 0);
  assert.ok(lost > 0);
  assert.ok(qualities.filter((row) => row.lost > 0).every((row) => row.exporter.name === "mobile-gateway"));
  // The same packets are there, some of their records are not.
  assert.deepEqual(faulty.prepared.input.lineDay, whole.prepared.input.lineDay);
  const sum = (made: Run): number => made.octets.reduce((a, b) => a + b, 0);
  assert.ok(sum(faulty) < sum(whole));
});

void test("behind a NAT every mobile line's address has a block of ports of its own, for as long as the line is there", () => {
  const lines = { pppoe: 20, ipoe: 5, business: 1, mobile: 300 };
  const plain = [...lineLeases(new RollupProvider({ ...small, lines }))];
  const leases = [...lineLeases(new RollupProvider({ ...small, lines, cgnat: true }))];
  const blocks = leases.filter(({ line }) => line === "");
  assert.deepEqual(
    leases.filter(({ line }) => line !== ""),
    plain,
  );
  assert.equal(blocks.length, 300);
  const holders = new Map(plain.map((lease) => [lease.address.join(), lease]));
  const held = new Set<string>();
  for (const block of blocks) {
    const inside = holders.get(block.inside_address.join());
    assert.match(inside?.line ?? "", /^mb-/);
    assert.equal(block.valid_from, inside?.valid_from);
    assert.equal(block.last_port - block.first_port, 127);
    held.add(`${block.address.join()} ${block.first_port}`);
  }
  assert.equal(held.size, 300);
});

void test("a NAT of many mobile lines gives each fewer ports, and refuses more lines than there are blocks", () => {
  assert.equal(portsPerBlockOf(26_624), 128);
  assert.equal(portsPerBlockOf(26_625), 64);
  assert.equal(portsPerBlockOf(250_000), 8);
  const last = outsideBlock(249_999, 8);
  assert.ok(last.address < 0xc6336500 && last.first >= 52_224 && last.last <= 65_535);
  assert.throws(() => portsPerBlockOf(426_000), RangeError);
});
