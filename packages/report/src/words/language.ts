import type { Direction, Service } from "@ishizue/analysis";
import { MONTHS } from "../week/week.ts";

/** Languages that a report is written in. */
export type Language = "en" | "ja";
export const languages: readonly Language[] = ["en", "ja"];

/** The same said in each of them. */
export type InLanguages = Readonly<Record<Language, string>>;

/** One sentence in each language; numbers in the Japanese one as it sets them. */
export function said(en: string, ja: string): InLanguages {
  return { en, ja: japaneseNumbers(ja) };
}

/** "18.0%" without a space, "17.2〜18.9" with a wave dash. */
export function japaneseNumbers(text: string): string {
  return text.replaceAll(/(\d)[ \u00a0]%/g, "$1%").replaceAll(/(\d)–(?=[\d−])/g, "$1〜");
}

/** "broadband", as it stands within a sentence. */
export const serviceName: Readonly<Record<Service, InLanguages>> = {
  broadband: { en: "broadband", ja: "ブロードバンド" },
  mobile: { en: "mobile", ja: "モバイル" },
  cloud: { en: "cloud", ja: "クラウド" },
};

export const directionName: Readonly<Record<Direction, string>> = { in: "IN", out: "OUT" };

/** "May 2026", 「2026年5月」, of 2026-05. */
export function monthName(month: string, language: Language): string {
  const [year, number] = month.split("-");
  return language === "en" ? `${MONTHS[Number(number) - 1]} ${year}` : `${year}年${Number(number)}月`;
}

/** The first letter large, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
