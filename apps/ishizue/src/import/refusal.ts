import type { RefusalReason } from "@ishizue/ledger";

/** Why the ledger cannot use an event. */
export const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  withoutLine: "it names no line, and no session known would tell it",
  withoutPrefix: "it names no address, and no session known would tell it",
  withoutStart: "it ends a session whose beginning nobody told",
  badTime: "its time is no time, or it ends before it starts",
  badPrefix: "its address or prefix cannot be leased",
  badPorts: "its ports are no port set, or its inside address is no address",
  portShapesFull: "the ledger holds as many kinds of port sets as it may",
  leasesFull: "the ledger holds as many leases as it may",
  linesFull: "the ledger holds as many lines as it may",
  domainsFull: "the ledger holds as many routing domains as it may",
};
