/** Facts for sentences, and what they say with plain blanks. */
import type { Quantity } from "@ishizue/analysis";
import type { Change } from "../change.ts";
import type { InLanguages } from "../language.ts";

export const words = (text: InLanguages): string[] =>
  [text.en, text.ja].map((sentence) => sentence.replaceAll("\u00a0", " "));

export const change = (value: number, lower: number, upper: number): Change => ({ value, lower, upper });

export const quantity = (value: number, half: number, unit: Quantity["unit"]): Quantity => ({
  value,
  lower: value - half,
  upper: value + half,
  unit,
});
