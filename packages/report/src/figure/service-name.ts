import type { Service } from "@ishizue/analysis";

/** Services in the order of their panels, and what stands over each. */
export const SERVICES: readonly Service[] = ["broadband", "mobile", "cloud"];

export const SERVICE_NAMES: Readonly<Record<Service, string>> = {
  broadband: "Broadband",
  mobile: "Mobile",
  cloud: "Cloud",
};
