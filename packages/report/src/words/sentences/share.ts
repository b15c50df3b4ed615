/** Shares of octets: of the heaviest lines, of ports, of an access; their changes in points. */
import type { Direction, Quantity, Service } from "@ishizue/analysis";
import { type Change, sign } from "../change.ts";
import { directionName, type InLanguages, monthName, said, serviceName } from "../language.ts";
import { boundsOf, bracketed, bracketedJa, plain, pointsOf, rangeOf } from "../print.ts";

/** A share of the week compared with, and its change since, in points. */
export interface PointsSince {
  readonly week: string;
  readonly change: Change;
}

export interface ConcentrationFacts {
  readonly service: Service;
  readonly direction: Direction;
  readonly top1: Quantity;
  readonly top10: Quantity;
  /** Whether both are corrected for sampling. */
  readonly corrected: boolean;
  readonly since1: PointsSince | null;
  readonly since10: PointsSince | null;
}

/** "The heaviest 1 % of the broadband lines made 16.0 % (15.8–16.2) of OUT, 0.3 points (0.1–0.5) more than in 2025-W20; the heaviest 10 % made 49.0 % (48.7–49.3)." */
export function concentrationSentence(facts: ConcentrationFacts): InLanguages {
  const { service, direction, top1, top10, corrected, since1, since10 } = facts;
  const direct = directionName[direction];
  const changes = [changeJa("1", since1), changeJa("10", since10)].filter((words) => words !== "");
  const week = since1?.week ?? since10?.week ?? "";
  return said(
    `The heaviest 1\u00a0% of the ${serviceName[service].en} lines made ${plain(top1)}${bracketed(boundsOf(top1))} of ${direct}${changeEn(since1)}; the heaviest 10\u00a0% made ${plain(top10)}${bracketed(boundsOf(top10))}${changeEn(since10)}${corrected ? "; corrected for sampling" : ""}.`,
    `${serviceName[service].ja}の${direct}では、上位1\u00a0%の回線が${plain(top1)}${bracketedJa(boundsOf(top1))}、上位10\u00a0%の回線が${plain(top10)}${bracketedJa(boundsOf(top10))}を占めた${corrected ? "（サンプリングの補正後）" : ""}。${changes.length === 0 ? "" : `${week}と比べると、${changes.join("、")}。`}`,
  );
}

/** Nothing where there is no change that sampling can tell. */
function changeEn(since: PointsSince | null): string {
  if (since === null || sign(since.change) === 0) return "";
  const { week, change } = since;
  return `, ${pointsOf(change)} points (${rangeOf(change)}) ${sign(change) > 0 ? "more" : "less"} than in ${week}`;
}

function changeJa(percent: string, since: PointsSince | null): string {
  if (since === null || sign(since.change) === 0) return "";
  const { change } = since;
  return `上位${percent}\u00a0%は${pointsOf(change)}ポイント（${rangeOf(change)}）の${sign(change) > 0 ? "上昇" : "低下"}`;
}

export interface PortFacts {
  readonly service: Service;
  /** "UDP 443", or "UDP" of all its ports. */
  readonly port: string;
  readonly share: Quantity;
  readonly week: string;
  /** In points; its interval holds no zero. */
  readonly change: Change;
}

/** "The share of UDP 443 in broadband traffic rose by 1.9 points (1.7–2.1) to 18.2 % since 2025-W20." */
export function portSentence({ service, port, share, week, change }: PortFacts): InLanguages {
  const [points, range] = [pointsOf(change), rangeOf(change)];
  const rose = sign(change) > 0;
  return said(
    `The share of ${port} in ${serviceName[service].en} traffic ${rose ? "rose" : "fell"} by ${points} points (${range}) to ${plain(share)} since ${week}.`,
    `${serviceName[service].ja}における${/\d$/.test(port) ? `${port}番ポート` : port}の割合は${week}から${points}ポイント（${range}）${rose ? "上昇し" : "低下し"}、${plain(share)}となった。`,
  );
}

export interface AccessFacts {
  /** "IPoE". */
  readonly access: string;
  readonly service: Service;
  readonly direction: Direction;
  /** As 2026-05. */
  readonly month: string;
  readonly share: Quantity;
  /** The same month a year before, and the change since; null where it is not known. */
  readonly since: { readonly month: string; readonly change: Change } | null;
}

/** "IPoE carried 58.0 % (57.6–58.4) of broadband OUT in May 2026, 14.1 points (13.6–14.6) more than in May 2025." */
export function accessSentence(facts: AccessFacts): InLanguages {
  const { access, service, direction, month, share, since } = facts;
  const head = {
    en: `${access} carried ${plain(share)}${bracketed(boundsOf(share))} of ${serviceName[service].en} ${directionName[direction]} in ${monthName(month, "en")}`,
    ja: `${monthName(month, "ja")}の${serviceName[service].ja}の${directionName[direction]}に占める${access}の割合は${plain(share)}${bracketedJa(boundsOf(share))}`,
  };
  if (since === null || sign(since.change) === 0) return said(`${head.en}.`, `${head.ja}である。`);
  const [points, range] = [pointsOf(since.change), rangeOf(since.change)];
  const more = sign(since.change) > 0;
  return said(
    `${head.en}, ${points} points (${range}) ${more ? "more" : "less"} than in ${monthName(since.month, "en")}.`,
    `${head.ja}で、${monthName(since.month, "ja")}より${points}ポイント（${range}）${more ? "高い" : "低い"}。`,
  );
}
