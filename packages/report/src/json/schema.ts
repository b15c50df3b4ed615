/** What a `report.json` may hold, as data: from it come the published JSON schema and the check of a file that is read. */
import type { Report } from "@ishizue/analysis";
import { z } from "zod";

/** Bounds of what is read from a file: a report of ten years of weeks stays far below them. */
const limits = {
  weeks: 520,
  tables: 64,
  figures: 64,
  rows: 20_000,
  points: 20_000,
  series: 2000,
  text: 4000,
};

const text = z.string().max(limits.text);
const unit = z
  .enum([
    "octets",
    "MB/day",
    "octets/day",
    "%",
    "1",
    "count",
    "records",
    "messages",
    "bit/s",
    "ms",
    "packets",
  ])
  .meta({ description: "MB is 10^6 octets; 1: a ratio" });
const quantity = z.strictObject({ value: z.number(), lower: z.number(), upper: z.number(), unit }).meta({
  id: "quantity",
  description: "A number with its 95 % sampling interval; a known one has both ends at it",
});
const week = z
  .string()
  .regex(/^\d{4}-W\d{2}$/)
  .meta({ description: "ISO 8601 week" });
const moment = z.string().max(64).meta({ description: "ISO 8601" });
const service = z.enum(["broadband", "mobile", "cloud"]);
const direction = z.enum(["in", "out"]).meta({ description: "in: from the line; out: to the line" });
const numbers = z.array(z.number()).max(limits.points);
const known = z.array(z.number().nullable()).max(limits.points);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const notes = z.array(text).max(256);

const table = z
  .strictObject({
    id,
    title: text,
    notes,
    columns: z.array(z.strictObject({ key: text, label: text, unit: unit.nullable() })).max(600),
    rows: z
      .array(
        z.strictObject({
          key: text,
          label: text,
          indent: z.int().min(0).max(8),
          cells: z.record(text, z.union([quantity, text, z.null()])),
        }),
      )
      .max(limits.rows),
  })
  .meta({ id: "table" });

const figure = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({
    kind: z.literal(kind),
    units: z.record(text, unit).optional(),
    id,
    title: text,
    notes,
    ...shape,
  });

const density = figure("density", {
  window: z.tuple([z.number(), z.number()]),
  binWidth: z.number(),
  series: z
    .array(
      z.strictObject({
        week,
        direction,
        access: text.optional().meta({ description: "PPPoE or IPoE; absent: all lines of the service" }),
        lines: z.number(),
        zeroLines: z.number(),
        outside: quantity,
        x: numbers,
        density: numbers,
        lower: numbers,
        upper: numbers,
        reliabilityFloor: z.number().nullable(),
        corrected: z
          .strictObject({
            density: numbers,
            lower: numbers,
            upper: numbers,
            outside: quantity,
            unused: z.number(),
            guessedBelow: z.number().nullable(),
          })
          .nullable()
          .optional(),
      }),
    )
    .max(limits.series),
});

const portWeek = figure("port-week", {
  hours: numbers,
  series: z
    .array(z.strictObject({ week, label: text, value: known, lower: known, upper: known }))
    .max(limits.series),
});

const lorenz = figure("lorenz", {
  series: z
    .array(z.strictObject({ week, service, direction, lines: numbers, octets: numbers, gini: quantity }))
    .max(limits.series),
});

const coverage = figure("coverage", {
  hours: numbers,
  bitsPerSecond: known,
  attributedShare: known,
  bitsPerSecondLower: known.optional(),
  bitsPerSecondUpper: known.optional(),
  attributedShareLower: known.optional(),
  attributedShareUpper: known.optional(),
});

const month = z.string().regex(/^\d{4}-\d{2}$/);
const monthlyTrend = figure("monthly-trend", {
  months: z.array(month).max(limits.points),
  hoursSeen: numbers,
  missing: z.array(month).max(limits.points),
  partial: z.array(month).max(limits.points),
  series: z
    .array(
      z.strictObject({
        service,
        direction,
        without: text.nullable(),
        value: known,
        lower: known,
        upper: known,
      }),
    )
    .max(limits.series),
});

const weekdayHours = figure("weekday-hours", {
  hours: numbers,
  series: z
    .array(
      z.strictObject({ week, service, direction, days: numbers, value: known, lower: known, upper: known }),
    )
    .max(limits.series),
});

const scatter = figure("scatter", {
  week,
  service,
  lines: z.number(),
  oneWay: z.number(),
  silent: z.number(),
  x: numbers,
  y: numbers,
  cellWidth: z.number().positive().optional(),
  cells: z.strictObject({ x: numbers, y: numbers, lines: numbers }).optional(),
  k: z.int().min(1).optional(),
  withheld: z.number().optional(),
});

const weekFacts = z.strictObject({
  week,
  chosen: z.enum(["by hand", "last year", "every year"]),
  period: text.nullable(),
  weekOfPeriod: z.number().nullable(),
  holidays: z.array(text).max(7),
  hours: z.number(),
  hoursCovered: quantity,
  short: z.boolean(),
  lines: z
    .array(
      z.strictObject({
        service,
        class: z.enum(["consumer", "business"]),
        access: text,
        lines: z.number(),
        change: quantity.nullable(),
      }),
    )
    .max(64),
});

export const reportSchema = z
  .strictObject({
    schema: z.literal("ishizue-report/1"),
    software: z.strictObject({ name: z.literal("ishizue"), version: text }),
    week,
    compare: z.array(week).max(limits.weeks),
    timeZone: text,
    period: z.strictObject({ start: moment, end: moment }),
    knowledgeTime: moment.meta({ description: "The ledger as known at this moment, ISO 8601, UTC" }),
    revision: z.number().meta({ description: "The last re-attribution that was known then; 0: none" }),
    seed: z.number(),
    disclosure: z
      .strictObject({ k: z.int().min(1), normalised: z.boolean(), exporterAddresses: z.boolean() })
      .optional()
      .meta({ description: "Nothing is of fewer than k lines; absent: nothing was kept back" }),
    calendar: text.optional(),
    weeks: z.array(weekFacts).max(limits.weeks).optional(),
    quality: z.strictObject({
      attributedShare: quantity,
      attributedFloor: z.number(),
      counters: z.record(text, quantity),
      exporters: table,
      hoursCovered: quantity,
      notes,
    }),
    tables: z.record(id, table).refine((tables) => Object.keys(tables).length <= limits.tables),
    figures: z
      .record(
        id,
        z.discriminatedUnion("kind", [
          density,
          portWeek,
          lorenz,
          coverage,
          monthlyTrend,
          weekdayHours,
          scatter,
        ]),
      )
      .refine((figures) => Object.keys(figures).length <= limits.figures),
  })
  .meta({
    title: "ishizue-report/1",
    description: "A traffic report of Ishizue: every number with its unit and its 95 % sampling interval",
  });

/** Neither can change without the other. */
type Written = z.infer<typeof reportSchema>;
type Same<A, B> = A extends B ? true : never;
const readIsReport: Same<Written, ReadonlyParts<Written>> = true;
const reportIsWritten: Same<Report, ReadonlyParts<Written>> = true;
void readIsReport;
void reportIsWritten;

type ReadonlyParts<Value> = Value extends (infer Item)[]
  ? readonly ReadonlyParts<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyParts<Value[Key]> }
    : Value;

/** The published JSON schema, draft 2020-12. */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema, { target: "draft-2020-12", io: "input" });
}
