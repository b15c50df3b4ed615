/** What lines use a day, against another week and against each other. */
import type { Direction, Quantity, Service } from "@ishizue/analysis";
import { type Change, sign } from "../change.ts";
import { directionName, type InLanguages, said, serviceName } from "../language.ts";
import { boundsOf, bracketed, bracketedJa, plain, pointsOf, rangeOf, sizeOf } from "../print.ts";

export interface Since {
  readonly week: string;
  readonly growth: Change;
}

export interface UsageFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly mean: Quantity;
  readonly median: Quantity | null;
  /** Whether the median is the one corrected for sampling. */
  readonly corrected: boolean;
  /** Week compared with, and the change of the mean since; null where there is none to compare with. */
  readonly since: Since | null;
}

/** "A broadband line received 5,456 MB/day (5,434–5,478) on average, 13.0 % (12.4–13.6) more than in 2025-W20; half of the lines received less than 2,369 MB/day." */
export function usageSentence(facts: UsageFacts): InLanguages {
  const { service, direction, mean, median, corrected, since } = facts;
  const did = direction === "out" ? "received" : "sent";
  const bounds = boundsOf(mean);
  const change = since === null ? { en: "", ja: "である" } : meanSince(since);
  const half =
    median === null
      ? { en: "", ja: "" }
      : {
          en: `; half of the lines ${did} less than ${plain(median)}${corrected ? ", corrected for sampling" : ""}`,
          ja: `中央値${corrected ? "（サンプリングの補正後）" : ""}は${plain(median)}である。`,
        };
  return said(
    `A ${serviceName[service].en} line ${did} ${plain(mean)}${bracketed(bounds)} on average${change.en}${half.en}.`,
    `${serviceName[service].ja}1回線の1日の平均${amountJa[direction]}は${plain(mean)}${bracketedJa(bounds)}${change.ja}。${half.ja}`,
  );
}

const amountJa = { out: "受信量", in: "送信量" } as const;

function meanSince({ week, growth }: Since): InLanguages {
  const [size, range] = [sizeOf(growth, "%"), rangeOf(growth)];
  switch (sign(growth)) {
    case 1:
      return {
        en: `, ${size} (${range}) more than in ${week}`,
        ja: `で、${week}より${size}（${range}）多い`,
      };
    case -1:
      return {
        en: `, ${size} (${range}) less than in ${week}`,
        ja: `で、${week}より${size}（${range}）少ない`,
      };
    case 0:
      return {
        en: `, no more and no less than in ${week} as far as sampling can tell`,
        ja: `で、${week}と比べて有意な差は認められない`,
      };
  }
}

export interface LinesFacts {
  readonly service: Service;
  /** Consumer lines of the week; a count, exactly known. */
  readonly lines: Quantity;
  /** null where there is no week to compare with. */
  readonly since: Since | null;
}

/** "48,213 consumer broadband lines were counted, 4.0 % more than in 2025-W20." */
export function linesSentence({ service, lines, since }: LinesFacts): InLanguages {
  const head = {
    en: `${plain(lines)} consumer ${serviceName[service].en} lines were counted`,
    ja: `集計した個人の${serviceName[service].ja}回線は${plain(lines)}回線`,
  };
  if (since === null) return said(`${head.en}.`, `${head.ja}である。`);
  const { week, growth } = since;
  if (sign(growth) === 0)
    return said(`${head.en}, as many as in ${week}.`, `${head.ja}で、${week}と同数である。`);
  const size = sizeOf(growth, "%");
  return sign(growth) > 0
    ? said(`${head.en}, ${size} more than in ${week}.`, `${head.ja}で、${week}より${size}多い。`)
    : said(`${head.en}, ${size} less than in ${week}.`, `${head.ja}で、${week}より${size}少ない。`);
}

export interface MedianFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly median: Quantity;
  /** Whether it is corrected for sampling, in both weeks. */
  readonly corrected: boolean;
  /** Its interval holds no zero. */
  readonly since: Since;
}

/** "The median of broadband OUT rose by 13.0 % (12.1–13.9) to 2,369 MB/day since 2025-W20." */
export function medianSentence({ service, direction, median, corrected, since }: MedianFacts): InLanguages {
  const [size, range] = [sizeOf(since.growth, "%"), rangeOf(since.growth)];
  const rose = sign(since.growth) > 0;
  return said(
    `The median of ${serviceName[service].en} ${directionName[direction]}${corrected ? ", corrected for sampling," : ""} ${rose ? "rose" : "fell"} by ${size} (${range}) to ${plain(median)} since ${since.week}.`,
    `${serviceName[service].ja}の${directionName[direction]}の中央値${corrected ? "（サンプリングの補正後）" : ""}は${since.week}から${size}（${range}）${rose ? "増加し" : "減少し"}、${plain(median)}となった。`,
  );
}

export interface ModeFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly mode: Quantity;
  readonly corrected: boolean;
  /** The mode of the week compared with; null where there is none. */
  readonly before: { readonly week: string; readonly mode: Quantity } | null;
}

/** "The most common OUT of a broadband line (mode) was 5,012 MB/day (4,467–5,623), up from 3,981 MB/day in 2025-W20." Modes are bins: only those whose intervals lie apart differ. */
export function modeSentence({ service, direction, mode, corrected, before }: ModeFacts): InLanguages {
  const bounds = boundsOf(mode);
  const change = before === null ? { en: "", ja: "である" } : modeSince(mode, before);
  return said(
    `The most common ${directionName[direction]} of a ${serviceName[service].en} line (mode) was ${plain(mode)}${bracketed(bounds)}${corrected ? ", corrected for sampling" : ""}${change.en}.`,
    `${serviceName[service].ja}の${directionName[direction]}の最頻値${corrected ? "（サンプリングの補正後）" : ""}は${plain(mode)}${bracketedJa(bounds)}${change.ja}。`,
  );
}

function modeSince(mode: Quantity, before: { readonly week: string; readonly mode: Quantity }): InLanguages {
  const was = plain(before.mode);
  if (mode.lower > before.mode.upper)
    return { en: `, up from ${was} in ${before.week}`, ja: `で、${before.week}の${was}から増加した` };
  if (mode.upper < before.mode.lower)
    return { en: `, down from ${was} in ${before.week}`, ja: `で、${before.week}の${was}から減少した` };
  return {
    en: `, no other than in ${before.week} as far as sampling can tell`,
    ja: `で、${before.week}から有意な変化は認められない`,
  };
}

/** "A broadband line received 6.8 times (6.7–6.8) what it sent." `times`: OUT over IN; its interval holds no one. */
export function directionsSentence(service: Service, times: Change): InLanguages {
  const words = `${sizeOf(times, "times")} (${rangeOf(times)})`;
  const ja = `${pointsOf(times)}倍（${rangeOf(times)}）`;
  return said(
    `A ${serviceName[service].en} line received ${words} what it sent.`,
    `${serviceName[service].ja}1回線の平均受信量は、平均送信量の${ja}であった。`,
  );
}

/** "A broadband line received 42.2 times (41.8–42.6) what a mobile line did." */
export function servicesSentence(more: Service, less: Service, times: Change): InLanguages {
  const words = `${sizeOf(times, "times")} (${rangeOf(times)})`;
  const ja = `${pointsOf(times)}倍（${rangeOf(times)}）`;
  return said(
    `A ${serviceName[more].en} line received ${words} what a ${serviceName[less].en} line did.`,
    `${serviceName[more].ja}1回線の平均受信量は、${serviceName[less].ja}1回線の${ja}であった。`,
  );
}

/** "An IPoE line received 1.38 times (1.37–1.39) what a PPPoE line did." Accesses by their names. */
export function accessesSentence(more: string, less: string, times: Change): InLanguages {
  const article = /^[AEIOU]/.test(more) ? "An" : "A";
  return said(
    `${article} ${more} line received ${sizeOf(times, "times")} (${rangeOf(times)}) what a ${less} line did.`,
    `${more}の1回線の平均受信量は、${less}の1回線の${pointsOf(times)}倍（${rangeOf(times)}）であった。`,
  );
}
