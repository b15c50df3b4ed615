/** The published report: what it is, and which of its numbers are taken as facts. Nothing else of it is kept here. */
import type { Direction, Service } from "@ishizue/analysis";
import {
  broadbandShares,
  broadbandUsage,
  concentration,
  concentrationYear,
  mixYears,
  mobileShares,
  mobileUsage,
} from "@ishizue/simulator";

/** How the published report is cited. */
export const source = {
  publisher: "Internet Initiative Japan Inc. (IIJ)",
  title: "Broadband Traffic Report",
  titleAsPublished: "ブロードバンドトラフィックレポート ～コロナ禍を経てトラフィックは安定増加傾向～",
  series: "Internet Infrastructure Review (IIR)",
  volume: "vol. 60",
  date: "2023-09-26",
  chapter: "chapter 1",
  url: "https://www.iij.ad.jp/dev/report/iir/060/01.html",
} as const;

/** Under every drawing of published numbers. */
export const shortSource = "IIJ, IIR vol. 60 (2023)";

/** A number as printed: its decimals tell how it was rounded. */
export interface Fact {
  readonly value: number;
  readonly decimals: number;
}

export const printed = ({ value, decimals }: Fact): string => value.toFixed(decimals);

export type Measure = "mean" | "median" | "mode";
export const measures: readonly Measure[] = ["mean", "median", "mode"];

/** Tables 1 and 2: MB (10^6 octets) a day and line. */
export interface UsageFact {
  readonly year: number;
  readonly usage: Readonly<Record<Direction, Readonly<Record<Measure, Fact>>>>;
}

function usageFacts(rows: typeof broadbandUsage, decimals: number): UsageFact[] {
  return rows.map(([year, ...values]) => {
    const fact = (at: number): Fact => ({ value: values[at], decimals });
    return {
      year,
      usage: {
        in: { mean: fact(0), median: fact(1), mode: fact(2) },
        out: { mean: fact(3), median: fact(4), mode: fact(5) },
      },
    };
  });
}

/** Table 1 is printed in whole MB, table 2 in tenths. */
export const usage: Readonly<Record<"broadband" | "mobile", readonly UsageFact[]>> = {
  broadband: usageFacts(broadbandUsage, 0),
  mobile: usageFacts(mobileUsage, 1),
};

/** Tables 3 and 4: a row of shares of all octets, %, one a year of `portYears`. */
export interface PortFact {
  readonly protocol: string;
  /** A port, "all", "<1024" or ">=1024". */
  readonly port: string;
  readonly shares: readonly Fact[];
}

export const portYears: readonly number[] = mixYears;

const portFacts = (rows: typeof broadbandShares): PortFact[] =>
  rows.map(([protocol, port, ...shares]) => ({
    protocol,
    port: String(port),
    shares: shares.map((value) => ({ value, decimals: 1 })),
  }));

export const ports: Readonly<Record<"broadband" | "mobile", readonly PortFact[]>> = {
  broadband: portFacts(broadbandShares),
  mobile: portFacts(mobileShares),
};

/** In the text: share of octets of the heaviest lines, %, ranked in each direction by itself. */
export interface ShareFact {
  readonly service: "broadband" | "mobile";
  readonly direction: Direction;
  readonly group: "top10" | "top1";
  readonly share: Fact;
}

export const shareYear = concentrationYear;

export const shares: readonly ShareFact[] = (["broadband", "mobile"] as const).flatMap((service) =>
  (["in", "out"] as const).flatMap((direction) =>
    (["top10", "top1"] as const).map((group): ShareFact => ({
      service,
      direction,
      group,
      share: { value: Math.round(100 * concentration[service][direction][group]), decimals: 0 },
    })),
  ),
);

/** In the text on figure 1: a June's mean rate over the June before, %. */
export interface GrowthFact {
  readonly service: Service;
  readonly direction: Direction;
  /** As 2022-06 and 2023-06. */
  readonly from: string;
  readonly to: string;
  readonly growth: Fact;
}

const growthOf = (service: Service, direction: Direction, from: string, to: string, value: number) => ({
  service,
  direction,
  from,
  to,
  growth: { value, decimals: 0 },
});

export const growth: readonly GrowthFact[] = [
  growthOf("broadband", "out", "2022-06", "2023-06", 18),
  growthOf("broadband", "in", "2022-06", "2023-06", 11),
  growthOf("broadband", "out", "2021-06", "2022-06", 17),
  growthOf("broadband", "in", "2021-06", "2022-06", 13),
  growthOf("mobile", "out", "2022-06", "2023-06", 31),
  growthOf("mobile", "in", "2022-06", "2023-06", 27),
];

/** The ISO week that a year's numbers are of: 2023-05-29 to 06-04, 2022-05-30 to 06-05. */
export const weekOf = (year: number): string => `${year}-W22`;
