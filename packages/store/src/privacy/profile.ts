import { flowsTable, transientFlowsTable } from "../schema/tables.ts";

/**
 * What a store keeps of people (docs/privacy.md):
 * `full`, flow records as they came; `rollups-only`, no flow record and no
 * address of one; `pseudonymous`, flow records with anonymised addresses and
 * lines under pseudonyms.
 */
export const privacyProfiles = ["full", "rollups-only", "pseudonymous"] as const;
export type PrivacyProfile = (typeof privacyProfiles)[number];

/** Table that a profile's blocks of flow records go to. */
export function flowsTableOf(profile: PrivacyProfile): string {
  return profile === "rollups-only" ? transientFlowsTable.name : flowsTable.name;
}
