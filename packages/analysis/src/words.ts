import type { Direction, Service } from "./result.ts";

/** A service as it stands in a sentence, and at the head of a row. */
export const serviceNames: Readonly<Record<Service, string>> = {
  broadband: "broadband",
  mobile: "mobile",
  cloud: "cloud",
};

export const serviceTitles: Readonly<Record<Service, string>> = {
  broadband: "Broadband",
  mobile: "Mobile",
  cloud: "Cloud",
};

export const directions: readonly Direction[] = ["in", "out"];

export const directionNames: Readonly<Record<Direction, string>> = { in: "IN", out: "OUT" };

export const directionNote = "IN is from the line to the provider (upload), OUT is to the line (download).";
