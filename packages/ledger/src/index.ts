export { LedgerFault } from "./fault/fault.ts";
export { AccessCode, accessOf, ClassCode, lineClassOf, type Access, type LineClass } from "./line/code.ts";
export { LineTable, type Line } from "./line/table.ts";
export {
  defaultLedgerLimits,
  Ledger,
  Unattributed,
  type LedgerLimits,
  type LedgerOptions,
  type LedgerStats,
} from "./lease/ledger.ts";
export type {
  GivenLease,
  LeaseEvent,
  LeaseOutcome,
  LeasePrefix,
  NasEvent,
  RefusalReason,
  SessionEvent,
} from "./lease/event.ts";
export type { LeaseLogRow } from "./lease/log.ts";
export { formatPrefix, resolutionKinds, type Resolution, type ResolutionKind } from "./lease/resolution.ts";
