import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgnatPlan } from "../lease/cgnat.ts";
import { lineKindFacts, lineKindNames } from "../population/line.ts";
import { lineRows, writeRows } from "../truth/write.ts";
import type { SimulatedWeek } from "../week/week.ts";
import type { RollupProvider, RollupWeek } from "./provider.ts";
import { packetSizes, sizeCount } from "./sizes.ts";
import type { WeekSums } from "./sums.ts";

/** What is true of one week, but for its lines. */
export interface RollupTruth {
  readonly week: SimulatedWeek;
  readonly faults: RollupWeek["faults"];
  readonly sums: WeekSums;
  readonly activeLines: number;
  /** (kind × 2 + direction) × ports + port, octets. */
  readonly portOctets: Float64Array;
  /** service × 4 + direction × 2 + reason, octets. */
  readonly strayOctets: Float64Array;
}

const directions = ["in", "out"] as const;

/** Writes the true days of every line of a week that was run, usage-WEEK.npy. */
export async function writeUsageTruth(
  provider: RollupProvider,
  { week, input }: RollupWeek,
  directory: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeNpy(join(directory, `usage-${week.name}.npy`), input.lineDay, [provider.lines.count, 7, 2]);
}

/** Writes what else is true of the weeks that were run: see the package's README for the files. */
export async function writeRollupTruth(
  provider: RollupProvider,
  truths: readonly RollupTruth[],
  directory: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeRows(join(directory, "lines.csv"), lineRows(provider));
  await writeRows(join(directory, "ports.csv"), portRows(provider, truths));
  await writeRows(join(directory, "hours.csv"), hourRows(truths));
  await writeFile(join(directory, "truth.json"), `${JSON.stringify(summary(provider, truths), null, 2)}\n`);
}

/**
 * Writes numbers as NumPy's file of one array: `numpy.load` and most other tools read it.
 *
 * Shape: float64, little-endian, row by row (C order). Source: NumPy NPY format, version 1.0.
 */
export async function writeNpy(path: string, values: Float64Array, shape: readonly number[]): Promise<void> {
  const description = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const headerBytes = 64 * Math.ceil((10 + description.length + 1) / 64);
  const header = new Uint8Array(headerBytes).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(header.buffer).setUint16(8, headerBytes - 10, true);
  header.set(new TextEncoder().encode(description), 10);
  header[headerBytes - 1] = 0x0a;
  const file = await open(path, "w");
  try {
    await file.writeFile(header);
    await file.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  } finally {
    await file.close();
  }
}

function* portRows({ ports }: RollupProvider, truths: readonly RollupTruth[]): Generator<string> {
  yield "week,service,access,class,direction,protocol,port,octets";
  const count = ports.port.length;
  for (const { week, portOctets } of truths) {
    for (const [kind, name] of lineKindNames.entries()) {
      const facts = lineKindFacts[name];
      for (const [direction, directionName] of directions.entries()) {
        const place = `${week.name},${facts.service},${facts.access},${facts.class},${directionName}`;
        for (let port = 0; port < count; port++) {
          const octets = portOctets[(kind * 2 + direction) * count + port];
          if (octets > 0) yield `${place},${ports.protocol[port]},${ports.port[port]},${octets}`;
        }
      }
    }
  }
}

function* hourRows(truths: readonly RollupTruth[]): Generator<string> {
  yield "week,access,class,direction,hour_start,octets";
  for (const truth of truths) {
    for (const [kind, name] of lineKindNames.entries()) {
      const { access, class: lineClass } = lineKindFacts[name];
      for (const [direction, directionName] of directions.entries()) {
        for (const [hour, { startMs }] of truth.week.hours.entries()) {
          const at = `${truth.week.name},${access},${lineClass},${directionName},${new Date(startMs).toISOString()}`;
          yield `${at},${hourOctets(truth, kind, direction, hour)}`;
        }
      }
    }
  }
}

function hourOctets({ sums }: RollupTruth, kind: number, direction: number, hour: number): number {
  let octets = 0;
  for (let size = 0; size < sizeCount; size++) {
    octets += sums.packets[sums.place(kind, direction, size) + hour] * packetSizes[size];
  }
  return octets;
}

function summary(provider: RollupProvider, truths: readonly RollupTruth[]): object {
  return {
    seed: provider.seed,
    timeZone: provider.timeZone,
    lines: provider.lines.counts,
    exporters: provider.exporters,
    ...(provider.portsPerBlock === 0
      ? {}
      : { nat: { outside: cgnatPlan.outside, portsPerBlock: provider.portsPerBlock } }),
    usage:
      "usage-<week>.npy: float64 of (line in the order of lines.csv, day from Monday, 0 IN 1 OUT), octets",
    weeks: truths.map((truth) => ({
      week: truth.week.name,
      year: truth.week.year,
      start: new Date(truth.week.startMs).toISOString(),
      end: new Date(truth.week.endMs).toISOString(),
      activeLines: truth.activeLines,
      faults: { "broadband-edge": truth.faults[0], "mobile-gateway": truth.faults[1] },
      octets: Object.fromEntries(
        lineKindNames.map((name, kind) => [
          name,
          Object.fromEntries(
            directions.map((directionName, direction) => [
              directionName,
              truth.week.hours.reduce((sum, _, hour) => sum + hourOctets(truth, kind, direction, hour), 0),
            ]),
          ),
        ]),
      ),
      unattributed: {
        broadband: strayOf(truth.strayOctets, 0),
        mobile: strayOf(truth.strayOctets, 1),
      },
    })),
  };
}

function strayOf(octets: Float64Array, service: number): object {
  return Object.fromEntries(
    directions.map((name, direction) => {
      const at = service * 4 + direction * 2;
      return [name, { outside: octets[at], noLease: octets[at + 1] }];
    }),
  );
}
