/**
 * What analyses return and the report draws: plain values, nothing that knows
 * how it will look. `report.json` is this, written out.
 */

/** A number as it is published: never without its unit and its 95 % sampling interval. */
export interface Quantity {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly unit: Unit;
}

/** `count` and other exactly known numbers have lower = value = upper. */
export type Unit =
  | "octets"
  | "MB/day"
  | "octets/day"
  | "%"
  | "1"
  | "count"
  | "records"
  | "messages"
  | "bit/s"
  | "ms"
  | "packets";

export type Service = "broadband" | "mobile" | "cloud";
export type Direction = "in" | "out";

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly unit: Unit | null;
}

export interface TableRow {
  readonly key: string;
  readonly label: string;
  /** Depth under the row above it, for "443" under "TCP". */
  readonly indent: number;
  /** By column key; null where there is nothing to say (no data), a string for text. */
  readonly cells: Readonly<Record<string, Quantity | string | null>>;
}

export interface Table {
  readonly id: string;
  readonly title: string;
  /** What a reader must know to read it: population, what was left out and why. */
  readonly notes: readonly string[];
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** fig-3, fig-4, access: density of log10(octets a day) per line. */
export interface DensityFigure {
  readonly kind: "density";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** log10 octets a day. */
  readonly window: readonly [number, number];
  readonly binWidth: number;
  readonly series: readonly DensitySeries[];
}

export interface DensitySeries {
  readonly week: string;
  readonly direction: Direction;
  /** PPPoE or IPoE, where they are told apart; absent: all lines of the service. */
  readonly access?: string;
  readonly lines: number;
  /** Lines with a lease and no octets in this direction. */
  readonly zeroLines: number;
  /** Share of lines outside the window, %. */
  readonly outside: Quantity;
  /** Bin centres, log10 octets a day. */
  readonly x: readonly number[];
  /** Density per decade: sums to 1 when multiplied by binWidth and added over all bins, those outside the window included. */
  readonly density: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Daily usage under which one line's relative standard error passes 30 %, octets a day; null where nothing was sampled. */
  readonly reliabilityFloor: number | null;
  /** What the lines truly used, as far as the sample tells; null where nothing was sampled or fewer than 200 lines were. */
  readonly corrected?: CorrectedDensity | null;
}

/** Density of true usage, fitted to the sampled packet counts; over the same `x` as the plain one, over all lines that use anything. */
export interface CorrectedDensity {
  readonly density: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Share of the lines outside the window, of those that use anything, %. */
  readonly outside: Quantity;
  /** Lines that use nothing at all, % of all lines. */
  readonly unused: number;
  /** Octets a day: a line under it is expected less than one sampled packet a week, and the curve there is a guess; null: nowhere. */
  readonly guessedBelow: number | null;
}

/** fig-7, fig-8: ports over the week, the peak of the first week's total = 1. */
export interface PortWeekFigure {
  readonly kind: "port-week";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** Hour of the week, 0 (Monday 00:00 in the report's time zone) to 167. */
  readonly hours: readonly number[];
  readonly series: readonly PortWeekSeries[];
}

export interface PortWeekSeries {
  readonly week: string;
  /** "total", "TCP 443", … */
  readonly label: string;
  /** null where no record of that hour was kept. */
  readonly value: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** share: Lorenz curves. */
export interface LorenzFigure {
  readonly kind: "lorenz";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly series: readonly {
    readonly week: string;
    readonly service: Service;
    readonly direction: Direction;
    /** Cumulative share of lines, lightest first, 0..1. */
    readonly lines: readonly number[];
    /** Cumulative share of octets, 0..1. */
    readonly octets: readonly number[];
    readonly gini: Quantity;
  }[];
}

/** coverage: by hour of the week, what was seen and how much of it has a line. */
export interface CoverageFigure {
  readonly kind: "coverage";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly hours: readonly number[];
  /** Estimated octets of edge records, a second. null where nothing was received. */
  readonly bitsPerSecond: readonly (number | null)[];
  /** 0..100 %. */
  readonly attributedShare: readonly (number | null)[];
  /** 95 % intervals of both, hour by hour. */
  readonly bitsPerSecondLower?: readonly (number | null)[];
  readonly bitsPerSecondUpper?: readonly (number | null)[];
  readonly attributedShareLower?: readonly (number | null)[];
  readonly attributedShareUpper?: readonly (number | null)[];
}

/** fig-1: mean rate of each calendar month. */
export interface MonthlyTrendFigure {
  readonly kind: "monthly-trend";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** As 2026-05, oldest first, none left out. */
  readonly months: readonly string[];
  /** Hours of each month in which anything was counted, %. */
  readonly hoursSeen: readonly number[];
  /** Months of which nothing is kept, and those of which under 95 % of the hours are. */
  readonly missing: readonly string[];
  readonly partial: readonly string[];
  readonly series: readonly MonthlyTrendSeries[];
}

export interface MonthlyTrendSeries {
  readonly service: Service;
  readonly direction: Direction;
  /** The access type that is left out ("IPoE"), for the thin line; null: none is. */
  readonly without: string | null;
  /** bit/s; null where nothing was counted. */
  readonly value: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/** fig-2: mean over Monday to Friday of each hour of the day. */
export interface WeekdayHoursFigure {
  readonly kind: "weekday-hours";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** Hour of the day, 0 to 23, in the report's time zone. */
  readonly hours: readonly number[];
  readonly series: readonly WeekdayHoursSeries[];
}

export interface WeekdayHoursSeries {
  readonly week: string;
  readonly service: Service;
  readonly direction: Direction;
  /** Days of Monday to Friday that each hour is the mean of; holidays are among them. */
  readonly days: readonly number[];
  /** bit/s; null where no hour was counted. */
  readonly value: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

/**
 * fig-5, fig-6: IN against OUT of single lines, drawn by lot. As analysed each point is a line's own place; as
 * disclosed (`k` is there) it is a place by lot in a cell that holds k lines at least.
 */
export interface ScatterFigure {
  readonly kind: "scatter";
  /** Unit of each array of numbers, by its name. */
  readonly units?: Readonly<Record<string, Unit>>;
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly week: string;
  readonly service: Service;
  /** Lines that have octets in both directions: those that the points are drawn from. */
  readonly lines: number;
  /** Lines that have octets in one direction only, and in none. */
  readonly oneWay: number;
  readonly silent: number;
  /** log10 octets a day of each line drawn: OUT, IN. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Width of a cell, decades of each axis. */
  readonly cellWidth?: number;
  /** All lines that have octets in both directions, not only those drawn, by cell; disclosed: cells of k lines or more. */
  readonly cells?: ScatterCells;
  /** Fewest lines of a cell that is shown; absent: nothing was kept back yet. */
  readonly k?: number;
  /** Lines, % of `lines`, in cells of fewer than k. */
  readonly withheld?: number;
}

/** Lower corner of each cell, log10 octets a day, and the lines in it. */
export interface ScatterCells {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly lines: readonly number[];
}

export type Figure =
  | DensityFigure
  | PortWeekFigure
  | LorenzFigure
  | CoverageFigure
  | MonthlyTrendFigure
  | WeekdayHoursFigure
  | ScatterFigure;

/** What a reader must know of a week before comparing it. */
export interface WeekFacts {
  readonly week: string;
  /** "by hand", "last year" or "every year": how it came into the report. */
  readonly chosen: "by hand" | "last year" | "every year";
  /** Where it stands in the school year, as "first term"; null where the calendar does not say. */
  readonly period: string | null;
  /** 1: the period's first week. */
  readonly weekOfPeriod: number | null;
  /** Holidays on Monday to Friday, as 2026-05-04. */
  readonly holidays: readonly string[];
  /** Hours that the week has, and of them those in which anything came in, %. */
  readonly hours: number;
  readonly hoursCovered: Quantity;
  /** Under 95 % of its hours were seen: sums of it are too small. */
  readonly short: boolean;
  /** Lines with a lease in the week, by service, class and access. */
  readonly lines: readonly {
    readonly service: Service;
    readonly class: "consumer" | "business";
    readonly access: string;
    readonly lines: number;
    /** Lines of the report's week against this week's, %; null in the report's own week, or where there were none. */
    readonly change: Quantity | null;
  }[];
}

/** How much of what was sent was seen, understood and credited to a line. */
export interface Quality {
  /** Share of the edge exporters' estimated octets with a line at one end at least, %. */
  readonly attributedShare: Quantity;
  /** The operator's floor for it, %. */
  readonly attributedFloor: number;
  /** Every one with unit and interval; keys are the columns of quality_5m summed over the week. */
  readonly counters: Readonly<Record<string, Quantity>>;
  /** One row an exporter. */
  readonly exporters: Table;
  /** Share of the week's hours in which records came, %. */
  readonly hoursCovered: Quantity;
  readonly notes: readonly string[];
}

/** How a report was made fit to be given away. */
export interface DisclosureFacts {
  /** Nothing in it is of fewer lines than these. */
  readonly k: number;
  /** Whether absolute volumes were divided by their bases. */
  readonly normalised: boolean;
  /** Whether the exporters stand under their addresses. */
  readonly exporterAddresses: boolean;
}

export interface Report {
  readonly schema: "ishizue-report/1";
  readonly software: { readonly name: "ishizue"; readonly version: string };
  /** ISO 8601 week, as 2026-W20. */
  readonly week: string;
  /** Weeks compared with, oldest first. */
  readonly compare: readonly string[];
  readonly timeZone: string;
  /** [start, end) of the week, ISO 8601 with offset. */
  readonly period: { readonly start: string; readonly end: string };
  /** ISO 8601, UTC: the ledger as known at this moment. */
  readonly knowledgeTime: string;
  /** The last re-attribution of records that was known then; 0: as they were credited when they came in. */
  readonly revision: number;
  readonly seed: number;
  /** What was kept back in writing; absent: nothing was. */
  readonly disclosure?: DisclosureFacts;
  readonly quality: Quality;
  /** Name of the calendar that weeks were placed by. */
  readonly calendar?: string;
  /** Every week of the report, oldest first. */
  readonly weeks?: readonly WeekFacts[];
  /**
   * By the ids of the method: table-1 … table-4, share, growth; table-1-corrected and table-2-corrected; of
   * PPPoE and IPoE apart: access, access-corrected, table-3-pppoe, table-3-ipoe.
   */
  readonly tables: Readonly<Record<string, Table>>;
  /** By the ids of the method: fig-1 to fig-8, share, coverage; access. */
  readonly figures: Readonly<Record<string, Figure>>;
}
