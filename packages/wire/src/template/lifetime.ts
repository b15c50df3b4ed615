import type { Template } from "./template.ts";

const minuteMs = 60_000;

/** Whole minutes since the Unix epoch: small integers, so that a template's age costs no number on the heap. */
export function minuteOf(timeMs: number): number {
  const minute = Math.floor(timeMs / minuteMs);
  return minute >= 0 && minute < 0x4000_0000 ? minute : 0;
}

/** A template's lifetime in minutes, rounded up; never ending where the setting is 0. */
export function lifetimeMinutes(lifetimeMs: number): number {
  return lifetimeMs > 0 ? Math.ceil(lifetimeMs / minuteMs) : Infinity;
}

/** How long ago the exporter sent a template; negative where the clock went back. */
export function ageMinutes(template: Template, minute: number): number {
  return minute - template.refreshedMinute;
}
