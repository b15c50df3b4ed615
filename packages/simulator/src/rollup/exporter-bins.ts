import { downMs, lossAt } from "../exporter/faults.ts";
import type { ExporterFaults } from "../exporter/faults.ts";
import { LineKind, lineKindNames } from "../population/line.ts";
import { Binomial } from "../random/binomial.ts";
import { Random, RandomStream } from "../random/random.ts";
import { InterfaceIndex } from "../traffic/record.ts";
import { Deal } from "./port-hours.ts";
import type { RollupExporter, RollupProvider, RollupWeek } from "./provider.ts";
import { packetSizes, sizeCount } from "./sizes.ts";

/** Five minutes, the step of `edge_5m` and `quality_5m`. */
export const binMs = 300_000;
/** Records of a message, about: 1,400 octets of v9 with both address families, or of IPFIX. */
const recordsPerMessage = [22, 17, 22];
const customerInterface = [
  InterfaceIndex.pppoe,
  InterfaceIndex.ipoe,
  InterfaceIndex.business,
  InterfaceIndex.mobile,
];
/** A stray packet's length by direction. */
const straySize = [1, 8];

/** A row of `edge_5m`; sums as estimated (times N). */
export interface EdgeBin {
  readonly exporter: RollupExporter;
  readonly interface: number;
  readonly direction: "in" | "out";
  readonly binMs: number;
  readonly sums: BinSums;
}

/** Sampled packets, octets in them and Σb². */
export interface BinSums {
  packets: number;
  octets: number;
  squared: number;
}

/** A row of `quality_5m`. */
export interface QualityBin {
  readonly exporter: RollupExporter;
  readonly binMs: number;
  readonly messages: number;
  readonly records: number;
  readonly lost: number;
  readonly restarts: number;
  readonly attributed: BinSums;
  readonly outside: BinSums;
  readonly noLease: BinSums;
}

/** Octets of no line in one hour: service × 4 + direction × 2 + reason (0 outside, 1 no lease). */
export type StrayTruth = Float64Array;

/** What one exporter saw in the five minutes of one bin. */
class Bin {
  readonly byInterface = new Map<number, { readonly in: BinSums; readonly out: BinSums }>();
  readonly attributed = empty();
  readonly outside = empty();
  readonly noLease = empty();

  /** Adds `packets` packets that came in at one interface and went out at another. */
  add(ingress: number, egress: number, packets: number, bytes: number, sums: BinSums): void {
    for (const into of [this.#of(ingress).in, this.#of(egress).out, sums]) {
      into.packets += packets;
      into.octets += packets * bytes;
      into.squared += packets * bytes * bytes;
    }
  }

  #of(index: number): { readonly in: BinSums; readonly out: BinSums } {
    let found = this.byInterface.get(index);
    if (found === undefined) {
      found = { in: empty(), out: empty() };
      this.byInterface.set(index, found);
    }
    return found;
  }
}

function empty(): BinSums {
  return { packets: 0, octets: 0, squared: 0 };
}

/**
 * Rows of `edge_5m` and `quality_5m` of a week, hour by hour: the packets of the lines, dealt to the five minutes of
 * their hour, and those of no line; the core router's are sampled anew.
 *
 * True octets of no line are added to `strays`.
 */
export function* exporterBins(
  provider: RollupProvider,
  prepared: RollupWeek,
  strays: StrayTruth,
): Generator<{ readonly edges: EdgeBin[]; readonly qualities: QualityBin[] }, void, undefined> {
  const { week } = prepared;
  const core = new Binomial(1 / provider.exporters[2].samplingInterval);
  for (const [hour, { startMs, endMs }] of week.hours.entries()) {
    const random = new Random(provider.seed, RandomStream.rollupTotals, 2, startMs);
    const edges: EdgeBin[] = [];
    const qualities: QualityBin[] = [];
    for (const [at, exporter] of provider.exporters.entries()) {
      const faults = prepared.faults[exporter.service === "mobile" ? 1 : 0];
      const own = exporter.role === "edge" ? faults : { outages: [], losses: [] };
      const count = Math.round((endMs - startMs) / binMs);
      const bins = Array.from({ length: count }, () => new Bin());
      const ends = binEnds(prepared, hour, bins.length, own);
      const fill = exporter.role === "edge" ? fillEdge : fillCore(core);
      fill(provider, prepared, hour, at, bins, ends, random, strays);
      for (const [i, bin] of bins.entries()) {
        const binAt = startMs + i * binMs;
        for (const [index, sums] of bin.byInterface) {
          for (const direction of ["in", "out"] as const) {
            if (sums[direction].packets === 0) continue;
            edges.push({ exporter, interface: index, direction, binMs: binAt, sums: sums[direction] });
          }
        }
        qualities.push(qualityOf(exporter, at, binAt, bin, own));
      }
    }
    yield { edges, qualities };
  }
}

function qualityOf(
  exporter: RollupExporter,
  at: number,
  fromMs: number,
  bin: Bin,
  faults: ExporterFaults,
): QualityBin {
  const records = bin.attributed.packets + bin.outside.packets + bin.noLease.packets;
  const loss = lossAt(faults, fromMs);
  const lostRecords = Math.round((records * loss) / (1 - loss));
  const restarted = faults.outages.some(({ toMs }) => toMs >= fromMs && toMs < fromMs + binMs);
  const down = downMs(faults, fromMs, fromMs + binMs) === binMs;
  return {
    exporter,
    binMs: fromMs,
    messages: down ? 0 : Math.ceil(records / recordsPerMessage[at]) + 1,
    records,
    // NetFlow v9 numbers messages, IPFIX data records.
    lost: exporter.service === "mobile" ? lostRecords : Math.round(lostRecords / recordsPerMessage[at]),
    restarts: restarted ? 1 : 0,
    attributed: exporter.role === "edge" ? bin.attributed : empty(),
    outside: exporter.role === "edge" ? bin.outside : empty(),
    noLease: exporter.role === "edge" ? bin.noLease : empty(),
  };
}

/** Running ends of the bins' shares of an hour's octets, from the slope between the hours; nothing while it is down. */
function binEnds(prepared: RollupWeek, hour: number, count: number, faults: ExporterFaults): Float64Array {
  const { base } = prepared.input.shape;
  const { hours } = prepared.week;
  const middle = base[hours.length + hour];
  const before = base[hours.length + Math.max(0, hour - 1)];
  const after = base[hours.length + Math.min(hours.length - 1, hour + 1)];
  const ends = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const place = (i + 0.5) / count - 0.5;
    const other = place < 0 ? before : after;
    const fromMs = hours[hour].startMs + i * binMs;
    const up = 1 - downMs(faults, fromMs, fromMs + binMs) / binMs;
    sum += up * (middle + Math.abs(place) * (other - middle));
    ends[i] = sum;
  }
  for (let i = 0; i < count; i++) ends[i] = sum > 0 ? ends[i] / sum : (i + 1) / count;
  return ends;
}

type Fill = (
  provider: RollupProvider,
  prepared: RollupWeek,
  hour: number,
  exporter: number,
  bins: readonly Bin[],
  ends: Float64Array,
  random: Random,
  strays: StrayTruth,
) => void;

const fillEdge: Fill = (provider, prepared, hour, exporter, bins, ends, random, strays) => {
  const { sums, input, week } = prepared;
  const totals = [0, 0];
  for (let kind = 0; kind < lineKindNames.length; kind++) {
    if ((kind === LineKind.mobile) !== (exporter === 1)) continue;
    for (let direction = 0; direction < 2; direction++) {
      for (let size = 0; size < sizeCount; size++) {
        const cell = sums.place(kind, direction, size) + hour;
        totals[direction] += sums.packets[cell] * packetSizes[size];
        deal(bins, ends, sums.packets[cell], sums.sampled[cell], random, (bin, packets) => {
          const [ingress, egress] = wayOf(customerInterface[kind], InterfaceIndex.upstream, direction);
          bin.add(ingress, egress, packets, packetSizes[size], bin.attributed);
        });
      }
    }
  }
  const chance = new Binomial(input.chance[exporter * week.hours.length + hour]);
  const customer = exporter === 1 ? InterfaceIndex.mobile : InterfaceIndex.pppoe;
  for (let direction = 0; direction < 2; direction++) {
    const bytes = packetSizes[straySize[direction]];
    for (const [reason, name] of (["outside", "noLease"] as const).entries()) {
      const packets = Math.round((0.5 * provider.unattributedShare * totals[direction]) / bytes);
      strays[exporter * 4 + direction * 2 + reason] += packets * bytes;
      deal(bins, ends, packets, chance.draw(packets, random), random, (bin, sampled) => {
        const [ingress, egress] = wayOf(customer, InterfaceIndex.upstream, direction);
        bin.add(ingress, egress, sampled, bytes, bin[name]);
      });
    }
  }
};

/** The edge's packets once more, by another sampler. */
function fillCore(draw: Binomial): Fill {
  return (_provider, prepared, hour, _exporter, bins, ends, random) => {
    const { sums } = prepared;
    for (let kind = 0; kind < LineKind.mobile; kind++) {
      for (let direction = 0; direction < 2; direction++) {
        for (let size = 0; size < sizeCount; size++) {
          const packets = sums.packets[sums.place(kind, direction, size) + hour];
          deal(bins, ends, packets, draw.draw(packets, random), random, (bin, sampled) => {
            const [ingress, egress] = wayOf(InterfaceIndex.core, InterfaceIndex.upstream, direction);
            bin.add(ingress, egress, sampled, packetSizes[size], bin.attributed);
          });
        }
      }
    }
  };
}

/** Ingress and egress of a packet between the customers' side and the world's. */
function wayOf(customer: number, world: number, direction: number): readonly [number, number] {
  return direction === 0 ? [customer, world] : [world, customer];
}

function deal(
  bins: readonly Bin[],
  ends: Float64Array,
  packets: number,
  sampled: number,
  random: Random,
  give: (bin: Bin, sampled: number) => void,
): void {
  if (sampled === 0) return;
  const dealt = new Deal(packets, sampled, random);
  for (let i = 0; i < bins.length; i++) {
    const of = dealt.next(ends[i]);
    if (of > 0) give(bins[i], of);
  }
}
