/** What the report says in words, each sentence from its numbers. */
import type { Report } from "@ishizue/analysis";
import { growthFindings } from "./findings/growth.ts";
import { hoursFindings } from "./findings/hours.ts";
import type { Finding } from "./findings/read.ts";
import { accessFindings, concentrationFindings, portFindings } from "./findings/share.ts";
import { usageFindings } from "./findings/usage.ts";

export type { Finding } from "./findings/read.ts";

/** In the order of the report's chapters. Weeks and months of which too little was seen are not compared. */
export function findingsOf(report: Report): Finding[] {
  return [
    ...growthFindings(report),
    ...accessFindings(report),
    ...hoursFindings(report),
    ...usageFindings(report),
    ...concentrationFindings(report),
    ...portFindings(report),
  ];
}

/** The same as paragraphs: what is of one service in one chapter stands together. */
export function paragraphsOf(report: Report): readonly (readonly Finding[])[] {
  const paragraphs = new Map<string, Finding[]>();
  for (const finding of findingsOf(report)) {
    const [kind, service] = finding.id.split("/");
    const key = `${chapterOf[kind] ?? kind}/${service ?? ""}`;
    const paragraph = paragraphs.get(key);
    if (paragraph === undefined) paragraphs.set(key, [finding]);
    else paragraph.push(finding);
  }
  return [...paragraphs.values()];
}

/** Kinds of findings that are of the chapter of another. */
const chapterOf: Readonly<Record<string, string>> = {
  week: "growth",
  access: "growth",
  hours: "growth",
  lines: "usage",
  median: "usage",
  mode: "usage",
  directions: "usage",
};
