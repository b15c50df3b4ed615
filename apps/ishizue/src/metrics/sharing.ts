import { counter, counterBy, type Family, gauge } from "./family.ts";

/** What NATs tell of addresses that lines share. */
export const sharingFamilies: readonly Family[] = [
  counter(
    "ishizue_nat_events_total",
    "NAT events of flow exports whose binding was handed to the ledger.",
    ({ sharing }) => sharing.natEvents?.events,
  ),
  counterBy(
    "ishizue_nat_events_passed_over_total",
    "NAT events of flow exports that were not handed to the ledger, by reason.",
    "reason",
    ({ sharing: { natEvents }, pipeline }) => {
      if (natEvents === null) return undefined;
      const { otherEvents, incomplete, unknownExporter, failed } = natEvents;
      const lost = natEvents.lost + pipeline.natEventsLost;
      return { otherEvents, incomplete, unknownExporter, lost, failed };
    },
  ),
  counter(
    "ishizue_nat_events_clock_not_believed_total",
    "NAT events timed by their arrival.",
    ({ sharing }) => sharing.natEvents?.clockNotBelieved,
  ),
  counter(
    "ishizue_nat_syslog_messages_total",
    "Syslog messages of NATs received.",
    ({ sharing }) => sharing.syslog?.messages,
  ),
  counter(
    "ishizue_nat_syslog_bindings_total",
    "Bindings of syslog messages handed to the ledger.",
    ({ sharing }) => sharing.syslog?.bindings,
  ),
  counterBy(
    "ishizue_nat_syslog_passed_over_total",
    "Syslog messages of NATs without a binding that could be used, and what was not taken, by reason.",
    "reason",
    ({ sharing: { syslog } }) => {
      if (syslog === null) return undefined;
      const { passedOver, unreadable, failed, dropped } = syslog;
      return { passedOver, unreadable, failed, ...dropped };
    },
  ),
  counter(
    "ishizue_nat_syslog_clock_not_believed_total",
    "Syslog messages of NATs timed by their arrival.",
    ({ sharing }) => sharing.syslog?.clockNotBelieved,
  ),
  gauge(
    "ishizue_nat_syslog_connections",
    "TCP and TLS connections of NATs.",
    ({ sharing }) => sharing.syslog?.connections,
  ),
  gauge(
    "ishizue_nat_bindings_waiting",
    "Bindings that are not durable yet.",
    ({ sharing }) => sharing.waiting,
  ),
];
