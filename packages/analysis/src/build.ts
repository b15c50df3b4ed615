import type { Store } from "@ishizue/store";
import { concentrationTable, lorenzFigure } from "./concentration/concentration.ts";
import { coverageOf } from "./coverage/coverage.ts";
import type { Job } from "./job.ts";
import { assertFew, resolveOptions } from "./options.ts";
import type { ReportOptions, ResolvedOptions } from "./options.ts";
import {
  asOfRevision,
  latestKnowledgeTime,
  parseKnowledgeTime,
  revisionKnownAt,
} from "./population/knowledge-time.ts";
import { choosePortAccesses } from "./ports/accesses.ts";
import { portTables } from "./ports/port-table.ts";
import { readBandTotals } from "./ports/port-totals.ts";
import type { BandTotal } from "./ports/port-totals.ts";
import { portWeekFigure } from "./ports/port-week.ts";
import { weekdayHoursFigure } from "./ports/weekday-hours.ts";
import { readExporterCounters } from "./quality/counters.ts";
import { compareNotes, ledgerNotes } from "./quality/notes.ts";
import { qualityOf } from "./quality/quality.ts";
import type { Figure, Quality, Report, Service, Table, WeekFacts } from "./result.ts";
import { Steps } from "./steps.ts";
import { monthAt, readMonths } from "./trend/months.ts";
import { growthTable, monthlyTrend } from "./trend/trend.ts";
import { accessCorrectedTable, accessDensityFigure, accessTable } from "./usage/access.ts";
import { correctedTable } from "./usage/corrected-table.ts";
import { densityFigure } from "./usage/density-figure.ts";
import { describeWeeks, describingWeight } from "./usage/describe-weeks.ts";
import type { DescribedWeek } from "./usage/describe-weeks.ts";
import { scatterFigure } from "./usage/scatter-figure.ts";
import { usageTable } from "./usage/usage-table.ts";
import type { WeekUsage } from "./usage/usage-table.ts";
import { chooseWeeks } from "./week/choose-weeks.ts";
import { comparisonNotes, weekFacts } from "./week/facts.ts";
import { hoursOfWeek } from "./week/hours.ts";
import { parseWeek } from "./week/iso-week.ts";
import type { Week } from "./week/iso-week.ts";
import { requireStored } from "./week/stored-weeks.ts";
import { serviceNames } from "./words.ts";

/** The services that the published report is about, with the ids of their tables and figures. */
const reported = [
  {
    service: "broadband",
    usageTable: "table-1",
    density: "fig-3",
    scatter: "fig-5",
    portTable: "table-3",
    portWeek: "fig-7",
  },
  {
    service: "mobile",
    usageTable: "table-2",
    density: "fig-4",
    scatter: "fig-6",
    portTable: "table-4",
    portWeek: "fig-8",
  },
] as const satisfies readonly { service: Service; [id: string]: string }[];

/**
 * Answers every question of the report for one week, against other weeks.
 *
 * The same store, options and knowledge time give the same value: no clock is
 * read, draws are seeded, numbers are kept to six significant digits. Tables
 * and figures of a service that no line held a lease of are left out, and the
 * notes of `quality` say so.
 *
 * Outcomes: throws AnalysisError INVALID_WEEK, UNKNOWN_WEEK, INVALID_TIME_ZONE,
 * INVALID_KNOWLEDGE_TIME or INVALID_OPTION, or the signal's reason when aborted.
 */
export async function buildReport(store: Store, options: ReportOptions): Promise<Report> {
  const resolved = resolveOptions(options);
  const main = parseWeek(resolved.week, resolved.timeZone);
  const compared = await chooseWeeks(store, main, resolved.compare, resolved.calendar);
  assertFew(compared.length);
  const chosen = [{ week: main, chosen: "by hand" } as const, ...compared].sort(
    (a, b) => a.week.startMs - b.week.startMs,
  );
  const weeks = chosen.map(({ week }) => week);
  // The weeks, their ports and quality, and the months, by what they take beside the lines of a week.
  const total = 2 + weeks.length * (describingWeight(reported.length) + reported.length + 1);
  const steps = new Steps(total, resolved.onProgress, resolved.signal);
  const { knownMs, revision } = await steps.run("weeks", 1, () => settle(store, weeks, resolved));
  const job: Job = {
    store: asOfRevision(store, revision, resolved.signal),
    options: resolved,
    main,
    weeks,
    chosen,
    knownMs,
    steps,
  };

  const tables: Record<string, Table> = {};
  const figures: Record<string, Figure> = {};
  const described = await describeWeeks(
    job,
    reported.map(({ service }) => service),
    (service, usage) => {
      const { scatter: id } = reported.find((ids) => ids.service === service)!;
      const scatter = scatterFigure(
        id,
        service,
        main.name,
        usage,
        `${resolved.seed}/${main.name}/${service}/scatter`,
      );
      if (scatter !== null) figures[id] = scatter;
    },
  );
  const absent = addUsage(main, described, tables, figures);
  absent.push(...(await addPorts(job, tables, figures)));
  await steps.run("months and hours of the day", 1, () => addTrend(job, tables, figures));
  const { quality, facts } = await addQuality(job, described, absent, figures);
  steps.done();
  return {
    schema: "ishizue-report/1",
    software: { name: "ishizue", version: resolved.softwareVersion },
    week: main.name,
    compare: weeks.filter((week) => week !== main).map((week) => week.name),
    timeZone: main.timeZone,
    period: { start: main.start, end: main.end },
    knowledgeTime: new Date(knownMs).toISOString(),
    revision,
    seed: resolved.seed,
    calendar: resolved.calendar.name,
    weeks: facts,
    quality,
    tables,
    figures,
  };
}

/** When what is told was known, and which re-attribution that is, once every week is found in the store. */
async function settle(
  store: Store,
  weeks: readonly Week[],
  { knowledgeTime }: ResolvedOptions,
): Promise<{ knownMs: number; revision: number }> {
  await requireStored(store, weeks);
  const knownMs =
    knowledgeTime === null ? await latestKnowledgeTime(store) : parseKnowledgeTime(knowledgeTime);
  return { knownMs, revision: await revisionKnownAt(store, knownMs) };
}

/** table-1, table-2, share, fig-3, fig-4. Returns a sentence for each service that was left out. */
function addUsage(
  main: Week,
  described: ReadonlyMap<Week, DescribedWeek>,
  tables: Record<string, Table>,
  figures: Record<string, Figure>,
): string[] {
  const absent: string[] = [];
  const shown: WeekUsage[] = [];
  for (const ids of reported) {
    const usage = [...described.values()].flatMap((week) => week.usage.get(ids.service) ?? []);
    if (usage.length === 0) {
      absent.push(
        `No consumer ${serviceNames[ids.service]} line held a lease: ${ids.usageTable} and ${ids.density} are left out.`,
      );
      continue;
    }
    tables[ids.usageTable] = usageTable(ids.usageTable, ids.service, usage);
    const corrected = correctedTable(`${ids.usageTable}-corrected`, ids.service, usage);
    if (corrected !== null) tables[corrected.id] = corrected;
    figures[ids.density] = densityFigure(ids.density, ids.service, usage);
    shown.push(...usage);
  }
  addApart(main, shown, described, tables, figures);
  if (shown.length > 0) {
    tables["share"] = concentrationTable(shown);
    figures["share"] = lorenzFigure(shown);
  }
  return absent;
}

/** access, access-corrected. */
function addApart(
  main: Week,
  shown: readonly WeekUsage[],
  described: ReadonlyMap<Week, DescribedWeek>,
  tables: Record<string, Table>,
  figures: Record<string, Figure>,
): void {
  const apart = [...described.values()].flatMap((week) => week.apart);
  if (apart.length === 0) return;
  const together = shown.filter(({ service }) => service === "broadband");
  tables["access"] = accessTable(together, apart);
  const corrected = accessCorrectedTable(apart);
  if (corrected !== null) tables[corrected.id] = corrected;
  const figure = accessDensityFigure(main.name, apart);
  if (figure !== null) figures[figure.id] = figure;
}

/** table-3, table-4, fig-7, fig-8. Returns a sentence for each service that was left out. */
async function addPorts(
  job: Job,
  tables: Record<string, Table>,
  figures: Record<string, Figure>,
): Promise<string[]> {
  const { store, options, main, weeks } = job;
  const absent: string[] = [];
  for (const ids of reported) {
    const totals: { week: Week; totals: readonly BandTotal[] }[] = [];
    for (const week of weeks) {
      const step = `ports of ${serviceNames[ids.service]} traffic, ${week.name}`;
      totals.push({
        week,
        totals: await job.steps.run(step, 1, () => readBandTotals(store, week, ids.service)),
      });
    }
    const accesses = choosePortAccesses(
      totals.map((entry) => ({ week: entry.week.name, totals: entry.totals })),
      options.withoutPorts,
    );
    const found = await portTables(store, ids.portTable, ids.service, totals, accesses, {
      threshold: options.portThreshold,
      maximumPorts: options.maximumPorts,
      mainWeek: main.name,
    });
    if (found.length === 0) {
      absent.push(
        [
          `No ${serviceNames[ids.service]} traffic with ports: ${ids.portTable} and ${ids.portWeek} are left out.`,
          ...accesses.notes,
        ].join(" "),
      );
      continue;
    }
    for (const table of found) tables[table.id] = table;
    const mainFirst = [main, ...weeks.filter((week) => week !== main)];
    const figure = await portWeekFigure(store, ids.portWeek, ids.service, mainFirst, accesses);
    if (figure === null)
      absent.push(`No ${serviceNames[ids.service]} traffic in ${main.name}: ${ids.portWeek} is left out.`);
    else figures[ids.portWeek] = figure;
  }
  return absent;
}

/** fig-1, fig-2, growth. */
async function addTrend(
  job: Job,
  tables: Record<string, Table>,
  figures: Record<string, Figure>,
): Promise<void> {
  const { store, main } = job;
  const month = monthAt(main.startMs, main.timeZone);
  const totals = await readMonths(store, main.timeZone, month);
  const trend = monthlyTrend(totals);
  if (trend !== null) figures[trend.id] = trend;
  const growth = growthTable(totals, month);
  if (growth !== null) tables[growth.id] = growth;
  const day = await weekdayHoursFigure(store, job.weeks);
  if (day !== null) figures[day.id] = day;
}

/** coverage, and how good the data of every week are. */
async function addQuality(
  job: Job,
  described: ReadonlyMap<Week, DescribedWeek>,
  absent: readonly string[],
  figures: Record<string, Figure>,
): Promise<{ quality: Quality; facts: WeekFacts[] }> {
  const { store, options, main } = job;
  const facts: WeekFacts[] = [];
  const notes: string[] = [...hoursOfWeek(main).notes];
  let quality: Quality | null = null;
  for (const each of job.chosen) {
    const { week } = each;
    const { exporters, coverage } = await job.steps.run(`quality, ${week.name}`, 1, async () => {
      return {
        exporters: await readExporterCounters(store, week),
        coverage: await coverageOf(store, week),
      };
    });
    const hours = hoursOfWeek(week);
    const { population, sums } = described.get(week)!;
    facts.push(
      weekFacts(
        each,
        week === main,
        population,
        described.get(main)!.population,
        coverage.hoursSeen,
        options.calendar,
      ),
    );
    notes.push(...ledgerNotes(week, population, sums));
    if (week === main) {
      figures["coverage"] = coverage.figure;
      quality = qualityOf(exporters, hours, coverage.hoursSeen, options.attributedFloor, []);
    } else {
      notes.push(...compareNotes(week, exporters, hours, coverage.hoursSeen, options.attributedFloor));
    }
  }
  notes.push(
    ...comparisonNotes(
      facts.find(({ week }) => week === main.name)!,
      facts,
    ),
  );
  return { quality: { ...quality!, notes: [...quality!.notes, ...notes, ...absent] }, facts };
}
