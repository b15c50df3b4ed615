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

/** Access types of broadband that are told apart. What is not known to be IPoE counts as PPPoE, so that the two are all. */
export const accessesApart = ["PPPoE", "IPoE"] as const;

export const apartNote = "Lines whose access is not known count as PPPoE.";

export const directions: readonly Direction[] = ["in", "out"];

export const directionNames: Readonly<Record<Direction, string>> = { in: "IN", out: "OUT" };

export const directionNote = "IN is from the line to the provider (upload), OUT is to the line (download).";
