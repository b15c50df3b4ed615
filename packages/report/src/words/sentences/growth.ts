/** Growth over a year, or why there is none to tell. What a sentence claims its interval supports. */
import type { Direction, Service } from "@ishizue/analysis";
import { type Change, sign } from "../change.ts";
import { capital, directionName, type InLanguages, monthName, said, serviceName } from "../language.ts";
import { rangeOf, sizeOf } from "../print.ts";

export interface Subject {
  readonly service: Service;
  readonly direction: Direction;
  /** Access that is left out; undefined: none is. */
  readonly without?: string | undefined;
}

/** "Broadband OUT without IPoE", at the beginning of a sentence. */
export function subjectName({ service, direction, without }: Subject): InLanguages {
  return {
    en: `${capital(serviceName[service].en)} ${directionName[direction]}${without === undefined ? "" : ` without ${without}`}`,
    ja: `${serviceName[service].ja}${without === undefined ? "" : `（${without}を除く）`}の${directionName[direction]}`,
  };
}

export interface GrowthFacts extends Subject {
  /** As 2025-05 and 2026-05. */
  readonly from: string;
  readonly to: string;
  readonly growth: Change;
  /** Growth of the year before; null where it is not known. */
  readonly before: Change | null;
}

/** "Broadband OUT grew by 18.0 % (17.2–18.9) from May 2025 to May 2026, after 17.0 % the year before." */
export function growthSentence(facts: GrowthFacts): InLanguages {
  const { growth, before } = facts;
  const subject = subjectName(facts);
  const en = `from ${monthName(facts.from, "en")} to ${monthName(facts.to, "en")}`;
  const ja = `${monthName(facts.from, "ja")}から${monthName(facts.to, "ja")}まで`;
  const [size, range] = [sizeOf(growth, "%"), rangeOf(growth)];
  const earlier = before === null ? { en: "", ja: "" } : yearBefore(growth, before);
  switch (sign(growth)) {
    case 1:
      return said(
        `${subject.en} grew by ${size} (${range}) ${en}${earlier.en}.`,
        `${subject.ja}は${ja}に${size}（${range}）増加した。${earlier.ja}`,
      );
    case -1:
      return said(
        `${subject.en} fell by ${size} (${range}) ${en}${earlier.en}.`,
        `${subject.ja}は${ja}に${size}（${range}）減少した。${earlier.ja}`,
      );
    case 0:
      return said(
        `${subject.en} did not change by more than sampling can tell ${en} (${range}\u00a0%)${earlier.en}.`,
        `${subject.ja}には、${ja}に有意な変化は認められない（${range}\u00a0%）。${earlier.ja}`,
      );
  }
}

/** Of the year before; more or less only where both went the same way and neither interval reaches into the other. */
function yearBefore(growth: Change, before: Change): InLanguages {
  const size = sizeOf(before, "%");
  const was = sign(before);
  if (was === 0) {
    return {
      en: ", after a year without a change that sampling can tell",
      ja: "前年には有意な変化は認められなかった。",
    };
  }
  const noun = was > 0 ? { en: "growth", ja: "増加" } : { en: "a fall", ja: "減少" };
  if (sign(growth) !== was)
    return { en: `, after ${noun.en} of ${size} the year before`, ja: `前年は${size}の${noun.ja}であった。` };
  const above = growth.lower > before.upper;
  const below = growth.upper < before.lower;
  if (was > 0 ? above : below)
    return { en: `, more than the ${size} of the year before`, ja: `${noun.ja}率は前年の${size}を上回る。` };
  if (was > 0 ? below : above)
    return { en: `, less than the ${size} of the year before`, ja: `${noun.ja}率は前年の${size}を下回る。` };
  return { en: `, after ${size} the year before`, ja: `前年は${size}の${noun.ja}であった。` };
}

export interface WithheldFacts {
  /** As 2025-05 and 2026-05. */
  readonly from: string;
  readonly to: string;
  /** The months of the two that were not wholly counted, with their hours that were, %. */
  readonly counted: readonly { readonly month: string; readonly hours: number }[];
}

/** "No growth from May 2025 to May 2026 is told: of May 2025 22.6 % of the hours were counted, and only months of 95 % or more compare." */
export function withheldSentence({ from, to, counted }: WithheldFacts): InLanguages {
  const en = counted.map(({ month, hours }) =>
    hours === 0
      ? `nothing of ${monthName(month, "en")} is kept`
      : `of ${monthName(month, "en")} ${hours}\u00a0% of the hours were counted`,
  );
  const ja = counted.map(({ month, hours }) =>
    hours === 0
      ? `${monthName(month, "ja")}の記録はなく`
      : `${monthName(month, "ja")}は時間の${hours}\u00a0%しか計数しておらず`,
  );
  return said(
    `No growth from ${monthName(from, "en")} to ${monthName(to, "en")} is told: ${en.join(", ")}, and only months of 95\u00a0% or more compare.`,
    `${monthName(from, "ja")}から${monthName(to, "ja")}までの増減は述べない。${ja.join("、")}、比較には95\u00a0%以上を要する。`,
  );
}

/** "No growth over a year is told: the first month kept is March 2026." */
export function tooShortSentence(first: string): InLanguages {
  return said(
    `No growth over a year is told: the first month kept is ${monthName(first, "en")}.`,
    `前年からの増減は述べない。記録のある最初の月は${monthName(first, "ja")}である。`,
  );
}

export interface WeekGrowthFacts extends Subject {
  readonly week: string;
  readonly before: string;
  readonly growth: Change;
}

/** "From Monday to Friday of 2026-W20 broadband OUT was 16.0 % (15.5–16.5) more than in 2025-W20." */
export function weekGrowthSentence(facts: WeekGrowthFacts): InLanguages {
  const { service, direction, week, before, growth } = facts;
  const [size, range] = [sizeOf(growth, "%"), rangeOf(growth)];
  const en = `From Monday to Friday of ${week} ${serviceName[service].en} ${directionName[direction]} was`;
  const ja = `${week}の月曜から金曜の${serviceName[service].ja}の${directionName[direction]}は`;
  switch (sign(growth)) {
    case 1:
      return said(
        `${en} ${size} (${range}) more than in ${before}.`,
        `${ja}、${before}より${size}（${range}）多い。`,
      );
    case -1:
      return said(
        `${en} ${size} (${range}) less than in ${before}.`,
        `${ja}、${before}より${size}（${range}）少ない。`,
      );
    case 0:
      return said(
        `${en} no more and no less than in ${before} as far as sampling can tell (${range}\u00a0%).`,
        `${ja}、${before}と比べて有意な差は認められない（${range}\u00a0%）。`,
      );
  }
}
