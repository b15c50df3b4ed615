/** When the network is busiest. */
import type { Direction, Service } from "@ishizue/analysis";
import type { Change } from "../change.ts";
import { directionName, type InLanguages, said, serviceName } from "../language.ts";
import { pointsOf, rangeOf } from "../print.ts";

/** Hours of the day, [from, to). */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

export interface BusiestFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly week: string;
  /** The highest hour and those that sampling does not tell from it. */
  readonly busiest: readonly Hours[];
  /** The highest hour over the lowest. */
  readonly times: Change;
}

/** "From Monday to Friday of 2026-W20 broadband OUT was highest between 21:00 and 22:00, 4.2 times (4.1–4.3) its lowest hour." */
export function busiestSentence(facts: BusiestFacts): InLanguages {
  const { service, direction, week, busiest, times } = facts;
  const en = busiest.map(({ from, to }) => `between ${from}:00 and ${to}:00`);
  const ja = busiest.map(({ from, to }) => `${from}時から${to}時`);
  return said(
    `From Monday to Friday of ${week} ${serviceName[service].en} ${directionName[direction]} was highest ${en.join(" and ")}, ${pointsOf(times)} times (${rangeOf(times)}) its lowest hour.`,
    `${week}の月曜から金曜の${serviceName[service].ja}の${directionName[direction]}は${ja.join("と")}に最大となり、最小の1時間の${pointsOf(times)}倍（${rangeOf(times)}）であった。`,
  );
}
