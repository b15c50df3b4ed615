import type { ReplaySpeed } from "@ishizue/receive";
import { InvalidArgumentError } from "commander";

/** "recorded", "full", or how many times as fast as recorded. */
export function parseSpeed(text: string): ReplaySpeed {
  if (text === "recorded" || text === "full") return text;
  const factor = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(factor > 0)) {
    throw new InvalidArgumentError("write recorded, full, or a factor such as 10.");
  }
  return factor;
}

/** Seconds, as milliseconds. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("a number of seconds is needed.");
  return seconds * 1000;
}
