/**
 * The sentences that a report can say, one function each. What a sentence claims its interval supports: a change whose
 * interval holds none is said to be none that sampling can tell.
 */
import type { Direction, Quantity, Service } from "@ishizue/analysis";
import type { Change } from "./change.ts";
import { sign } from "./change.ts";
import { capital, directionName, type InLanguages, monthName, serviceName } from "./language.ts";
import { boundsOf, bracketed, plain, rangeOf, sizeOf } from "./print.ts";

export interface GrowthFacts {
  readonly service: Service;
  readonly direction: Direction;
  /** Access that is left out; undefined: none is. */
  readonly without?: string | undefined;
  /** As 2025-05 and 2026-05. */
  readonly from: string;
  readonly to: string;
  readonly growth: Change;
  /** Growth of the year before; null where it is not known. */
  readonly before: Change | null;
}

/** "Broadband OUT grew by 18.0 % (17.2–18.9) from May 2025 to May 2026, after 17.0 % the year before." */
export function growthSentence(facts: GrowthFacts): InLanguages {
  const { service, direction, without, growth, before } = facts;
  const direct = directionName[direction];
  const subject = {
    en: `${capital(serviceName[service].en)} ${direct}${without === undefined ? "" : ` without ${without}`}`,
    ja: `${serviceName[service].ja}${without === undefined ? "" : `（${without}を除く）`}の${direct}`,
  };
  const en = `from ${monthName(facts.from, "en")} to ${monthName(facts.to, "en")}`;
  const ja = `${monthName(facts.from, "ja")}から${monthName(facts.to, "ja")}まで`;
  const [size, range] = [sizeOf(growth, "%"), rangeOf(growth)];
  const earlier = before === null ? { en: "", ja: "" } : yearBefore(growth, before);
  switch (sign(growth)) {
    case 1:
      return {
        en: `${subject.en} grew by ${size} (${range}) ${en}${earlier.en}.`,
        ja: `${subject.ja}は${ja}に${size}（${range}）増加した。${earlier.ja}`,
      };
    case -1:
      return {
        en: `${subject.en} fell by ${size} (${range}) ${en}${earlier.en}.`,
        ja: `${subject.ja}は${ja}に${size}（${range}）減少した。${earlier.ja}`,
      };
    case 0:
      return {
        en: `${subject.en} did not change by more than sampling can tell ${en} (${range}\u00a0%)${earlier.en}.`,
        ja: `${subject.ja}は${ja}、標本から分かるほどには変化していない（${range}\u00a0%）。${earlier.ja}`,
      };
  }
}

/** Of the year before; faster or slower only where neither interval reaches into the other. */
function yearBefore(growth: Change, before: Change): InLanguages {
  const amount = sign(before) < 0 ? `−${sizeOf(before, "%")}` : sizeOf(before, "%");
  if (sign(before) === 0)
    return {
      en: ", after a year without a change that sampling can tell",
      ja: "前年の変化は標本からは分からない。",
    };
  if (growth.lower > before.upper)
    return { en: `, more than the ${amount} of the year before`, ja: `前年の${amount}を上回る。` };
  if (growth.upper < before.lower)
    return { en: `, less than the ${amount} of the year before`, ja: `前年の${amount}を下回る。` };
  return { en: `, after ${amount} the year before`, ja: `前年は${amount}であった。` };
}

export interface UsageFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly mean: Quantity;
  readonly median: Quantity | null;
  /** Whether the median is the one corrected for sampling. */
  readonly corrected: boolean;
  /** Week compared with, and the change of the mean since; null where there is none to compare with. */
  readonly since: { readonly week: string; readonly growth: Change } | null;
}

/** "A broadband line received 5,456 MB/day (5,434–5,478) on average, 13.0 % (12.4–13.6) more than in 2025-W20; half of the lines received less than 2,369 MB/day." */
export function usageSentence({
  service,
  direction,
  mean,
  median,
  corrected,
  since,
}: UsageFacts): InLanguages {
  const did = direction === "out" ? "received" : "sent";
  const didJa = direction === "out" ? "受信量" : "送信量";
  const head = {
    en: `A ${serviceName[service].en} line ${did} ${plain(mean)}${bracketed(boundsOf(mean))} on average`,
    ja: `${serviceName[service].ja}1回線の平均${didJa}は${plain(mean)}${bracketed(boundsOf(mean))}`,
  };
  const change = since === null ? { en: "", ja: "で" } : meanSince(since.week, since.growth);
  const half =
    median === null
      ? { en: "", ja: "ある" }
      : {
          en: `; half of the lines ${did} less than ${plain(median)}${corrected ? ", corrected for sampling" : ""}`,
          ja: `、${corrected ? "標本化を補正した" : ""}中央値は${plain(median)}である`,
        };
  return {
    en: `${head.en}${change.en}${half.en}.`,
    ja: `${head.ja}${change.ja}${half.ja}。`,
  };
}

function meanSince(week: string, growth: Change): InLanguages {
  const [size, range] = [sizeOf(growth, "%"), rangeOf(growth)];
  switch (sign(growth)) {
    case 1:
      return {
        en: `, ${size} (${range}) more than in ${week}`,
        ja: `、${week}より${size}（${range}）多く`,
      };
    case -1:
      return {
        en: `, ${size} (${range}) less than in ${week}`,
        ja: `、${week}より${size}（${range}）少なく`,
      };
    case 0:
      return {
        en: `, no more and no less than in ${week} as far as sampling can tell`,
        ja: `、標本から分かる限り${week}と変わらず`,
      };
  }
}

export interface ConcentrationFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly top1: Quantity;
  readonly top10: Quantity;
  readonly since: { readonly week: string; readonly change: Change } | null;
}

/** "The heaviest 1 % of the broadband lines made 16.0 % (15.8–16.2) of OUT, the heaviest 10 % 49.0 %." */
export function concentrationSentence(facts: ConcentrationFacts): InLanguages {
  const { service, direction, top1, top10, since } = facts;
  const direct = directionName[direction];
  const moved =
    since === null || sign(since.change) === 0 ? { en: "", ja: "" } : pointsSince(since.week, since.change);
  return {
    en: `The heaviest 1\u00a0% of the ${serviceName[service].en} lines made ${plain(top1)}${bracketed(boundsOf(top1))} of ${direct}${moved.en}; the heaviest 10\u00a0% made ${plain(top10)}.`,
    ja: `${serviceName[service].ja}では上位1\u00a0%の回線が${direct}の${plain(top1)}${bracketed(boundsOf(top1))}を占め${moved.ja}、上位10\u00a0%が${plain(top10)}を占めた。`,
  };
}

function pointsSince(week: string, change: Change): InLanguages {
  const size = sizeOf(change, "");
  const points = size.trimEnd();
  const range = rangeOf(change);
  return sign(change) > 0
    ? {
        en: `, ${points} points (${range}) more than in ${week}`,
        ja: `（${week}より${points}ポイント増、${range}）`,
      }
    : {
        en: `, ${points} points (${range}) less than in ${week}`,
        ja: `（${week}より${points}ポイント減、${range}）`,
      };
}

export interface PortFacts {
  readonly service: Service;
  /** "UDP 443". */
  readonly port: string;
  readonly share: Quantity;
  readonly week: string;
  /** In points; its interval holds no zero. */
  readonly change: Change;
}

/** "The share of UDP 443 in broadband traffic rose by 1.9 points (1.7–2.1) to 18.2 % since 2025-W20." */
export function portSentence({ service, port, share, week, change }: PortFacts): InLanguages {
  const points = sizeOf(change, "").trimEnd();
  const range = rangeOf(change);
  const rose = sign(change) > 0;
  return {
    en: `The share of ${port} in ${serviceName[service].en} traffic ${rose ? "rose" : "fell"} by ${points} points (${range}) to ${plain(share)} since ${week}.`,
    ja: `${serviceName[service].ja}における${port}の割合は${week}から${points}ポイント（${range}）${rose ? "上昇し" : "低下し"}、${plain(share)}となった。`,
  };
}
