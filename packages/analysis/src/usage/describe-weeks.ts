import type { Job } from "../job.ts";
import { consumersOf, countPopulation, readPopulation } from "../population/population.ts";
import type { PopulationCount } from "../population/population.ts";
import type { Direction, Service } from "../result.ts";
import type { Week } from "../week/iso-week.ts";
import { directionNames, directions, serviceNames } from "../words.ts";
import { drawnApart, placesApart } from "./access.ts";
import { DescribeThreads } from "./describe-threads.ts";
import type { UsageDistribution } from "./distribution.ts";
import { readLineUsage, usageAt } from "./line-usage.ts";
import type { LineUsage, WeekUsageSums } from "./line-usage.ts";
import type { WeekUsage } from "./usage-table.ts";

/** What is kept of the lines of a week. */
export interface DescribedWeek {
  readonly population: readonly PopulationCount[];
  readonly sums: Omit<WeekUsageSums, "usage">;
  /** Of the services that consumers have lines of. */
  readonly usage: ReadonlyMap<Service, WeekUsage>;
  /** Broadband's once more, each access by itself; none of a week that has lines of one access only. */
  readonly apart: readonly WeekUsage[];
}

/** Lines that are described as one. */
interface Lot {
  /** Absent: all lines of the service. */
  readonly access?: string;
  readonly usage: LineUsage;
}

/** What reading and describing a week take of the work, about. */
const weights = { population: 3, usage: 6, direction: 2 } as const;

/** Of a week with lines of so many services. */
export function describingWeight(services: number): number {
  return weights.population + weights.usage + services * directions.length * weights.direction;
}

/**
 * Reads the lines of every week and describes those of consumers by service.
 *
 * While a week is described, in threads of their own, the next is read: lines of two weeks are in memory at a time.
 * `onMain` gets those of the report's own week before they are given away.
 */
export async function describeWeeks(
  job: Job,
  services: readonly Service[],
  onMain: (service: Service, usage: LineUsage) => void,
): Promise<ReadonlyMap<Week, DescribedWeek>> {
  const threads = new DescribeThreads();
  try {
    const described = new Map<Week, Promise<DescribedWeek>>();
    let before: Promise<unknown> = Promise.resolve();
    for (const week of job.weeks) {
      const { population, lines } = await readWeek(job, week);
      const usage = services.flatMap((service) => {
        const places = consumersOf(population, service);
        if (places.length === 0) return [];
        const own = usageAt(lines.usage, places);
        if (week === job.main) onMain(service, own);
        const apart = placesApart(population, places).map(({ access, places }): Lot => ({
          access,
          usage: usageAt(lines.usage, places),
        }));
        return describeWeek(job, threads, week, service, [{ usage: own }, ...apart]);
      });
      const { strayLines, strayOctets, allOctets } = lines;
      const now = Promise.all(usage).then((all): DescribedWeek => {
        return {
          population: countPopulation(population),
          sums: { strayLines, strayOctets, allOctets },
          usage: new Map(all.map(([each]) => [each.service, each])),
          apart: all.flatMap(([, ...apart]) => apart),
        };
      });
      // Its fault is for those who wait for it, a week later.
      now.catch(() => {});
      described.set(week, now);
      await before;
      before = now;
    }
    const weeks = new Map<Week, DescribedWeek>();
    for (const [week, promised] of described) weeks.set(week, await promised);
    return weeks;
  } finally {
    await threads.close();
  }
}

async function readWeek({ store, steps, knownMs }: Job, week: Week) {
  const population = await steps.run(`lines of ${week.name}`, weights.population, () =>
    readPopulation(store, week, knownMs),
  );
  const lines = await steps.run(`usage of lines, ${week.name}`, weights.usage, (onPart) =>
    readLineUsage(store, week, population, onPart),
  );
  return { population, lines };
}

/** All lines of the service, then each lot of them that is told apart. */
async function describeWeek(
  { options, steps }: Job,
  threads: DescribeThreads,
  week: Week,
  service: Service,
  lots: readonly Lot[],
): Promise<WeekUsage[]> {
  const { replicates, signal, seed } = options;
  const describe = (
    { access, usage }: Lot,
    direction: Direction,
    onPart: (part: number) => void,
  ): Promise<UsageDistribution> => {
    const stream = [seed, week.name, service, direction];
    return access === undefined
      ? threads.describe(usage[direction], stream.join("/"), { replicates, signal, onPart })
      : threads.describe(usage[direction], [...stream, access].join("/"), {
          replicates,
          signal,
          onPart,
          drawnLines: drawnApart,
        });
  };
  const describeAll = (
    direction: Direction,
    onPart: (part: number) => void,
  ): Promise<UsageDistribution[]> => {
    const parts = lots.map(() => 0);
    return Promise.all(
      lots.map((lot, i) =>
        describe(lot, direction, (part) => {
          parts[i] = part;
          onPart(parts.reduce((sum, each) => sum + each, 0) / lots.length);
        }),
      ),
    );
  };
  const [into, out] = await Promise.all(
    directions.map((direction) =>
      steps.run(
        `${directionNames[direction]} of ${serviceNames[service]} lines, ${week.name}`,
        weights.direction,
        (onPart) => describeAll(direction, onPart),
      ),
    ),
  );
  return lots.map(({ access }, lot): WeekUsage => {
    const of = { week: week.name, service, directions: { in: into[lot], out: out[lot] } };
    return access === undefined ? of : { ...of, access };
  });
}
