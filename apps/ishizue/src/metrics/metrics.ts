import type { CollectorStatus } from "../status/snapshot.ts";
import { pipelineFamilies, receiverFamilies, spoolFamilies } from "./collector.ts";
import { exporterFamilies, sampleFamilies, sequenceFamilies } from "./exporters.ts";
import { exposition } from "./exposition.ts";
import type { Family } from "./family.ts";
import { ledgerFamilies } from "./ledger.ts";
import { relayFamiliesOf } from "./relay.ts";
import { sharingFamilies } from "./sharing.ts";
import { streamFamilies } from "./stream.ts";

/** Every metric of the collector, in the order of docs/metrics.md. */
export const families: readonly Family[] = [
  ...receiverFamilies,
  ...streamFamilies,
  ...relayFamiliesOf<CollectorStatus>(({ relay }) => relay),
  ...pipelineFamilies,
  ...spoolFamilies,
  ...ledgerFamilies,
  ...sharingFamilies,
  ...exporterFamilies,
  ...sequenceFamilies,
  ...sampleFamilies,
];

/** What GET /metrics answers: the Prometheus text format. */
export function metricsText(status: CollectorStatus): string {
  return exposition(families, status);
}
