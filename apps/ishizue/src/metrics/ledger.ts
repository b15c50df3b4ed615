import { counter, counterBy, type Family, gauge } from "./family.ts";

/** Leases, and how they come in. */
export const ledgerFamilies: readonly Family[] = [
  counter("ishizue_ledger_events_total", "Lease events handed to the ledger.", ({ ledger }) => ledger.events),
  counter(
    "ishizue_ledger_applied_events_total",
    "Lease events that changed the ledger.",
    ({ ledger }) => ledger.applied,
  ),
  counter(
    "ishizue_ledger_unchanged_events_total",
    "Lease events that told what was known.",
    ({ ledger }) => ledger.unchanged,
  ),
  counterBy(
    "ishizue_ledger_refused_events_total",
    "Lease events refused, by reason.",
    "reason",
    ({ ledger }) => ledger.refused,
  ),
  counterBy(
    "ishizue_ledger_resolutions_total",
    "Disagreements between lease events that the ledger settled, by kind.",
    "kind",
    ({ ledger }) => ledger.resolutions,
  ),
  counter(
    "ishizue_ledger_lost_resolutions_total",
    "Settled disagreements that ishizue conflicts does not list: the disk did not take them.",
    ({ resolutionsLost }) => resolutionsLost,
  ),
  gauge("ishizue_ledger_leases", "Leases held in memory.", ({ ledger }) => ledger.leases),
  gauge("ishizue_ledger_prefixes", "Leases of prefixes held in memory.", ({ ledger }) => ledger.prefixes),
  gauge("ishizue_ledger_lines", "Lines known.", ({ ledger }) => ledger.lines),
  gauge(
    "ishizue_ledger_unlisted_lines",
    "Lines known from leases alone, in no list of lines.",
    ({ ledger }) => ledger.unlistedLines,
  ),
  gauge("ishizue_ledger_links", "Links of multilink sessions told apart.", ({ ledger }) => ledger.links),
  counter(
    "ishizue_ledger_forgotten_links_total",
    "Links of multilink sessions past limits.links: they count as sessions by themselves.",
    ({ ledger }) => ledger.linksForgotten,
  ),
  gauge("ishizue_ledger_memory_bytes", "Memory that the leases take.", ({ ledger }) => ledger.memoryBytes),
  counter(
    "ishizue_reattribution_runs_total",
    "Looks at what the ledger learned late.",
    ({ reattribution }) => reattribution.runs,
  ),
  counter(
    "ishizue_reattribution_failures_total",
    "Looks at what the ledger learned late that failed; the next goes on.",
    ({ reattribution }) => reattribution.failures,
  ),
  counter(
    "ishizue_reattributed_records_total",
    "Records credited anew.",
    ({ reattribution }) => reattribution.records,
  ),
  counter(
    "ishizue_accounting_datagrams_total",
    "RADIUS accounting datagrams received.",
    ({ accounting }) => accounting?.datagrams,
  ),
  counter(
    "ishizue_accounting_events_total",
    "Accounting-Requests whose lease event was handed on.",
    ({ accounting }) => accounting?.events,
  ),
  counter(
    "ishizue_accounting_responses_total",
    "Accounting-Responses sent.",
    ({ accounting }) => accounting?.responses,
  ),
  counter(
    "ishizue_accounting_duplicates_total",
    "Accounting-Requests that came again.",
    ({ accounting }) => accounting?.duplicates,
  ),
  counter(
    "ishizue_accounting_other_status_total",
    "Accounting-Requests of a status that says nothing of a lease.",
    ({ accounting }) => accounting?.otherStatus,
  ),
  counter(
    "ishizue_accounting_clock_not_believed_total",
    "Event-Timestamps that were not believed.",
    ({ accounting }) => accounting?.clockNotBelieved,
  ),
  counter(
    "ishizue_accounting_invalid_attributes_total",
    "Attributes of a wrong form.",
    ({ accounting }) => accounting?.invalidAttributes,
  ),
  counter(
    "ishizue_accounting_failed_total",
    "Accounting-Requests not answered because their event could not be made durable.",
    ({ accounting }) => accounting?.failed,
  ),
  counterBy(
    "ishizue_accounting_dropped_total",
    "Accounting datagrams not answered, by reason.",
    "reason",
    ({ accounting }) => (accounting === null ? undefined : { ...accounting.dropped }),
  ),
];
