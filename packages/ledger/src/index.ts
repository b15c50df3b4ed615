export { LedgerFault } from "./fault/fault.ts";
export { AccessCode, accessOf, ClassCode, lineClassOf, type Access, type LineClass } from "./line/code.ts";
export { LineTable, type Line } from "./line/table.ts";
export { type LineView, type SharedLines } from "./line/view.ts";
export {
  defaultLedgerLimits,
  Ledger,
  type LedgerLimits,
  type LedgerOptions,
  type LedgerStats,
  type RestoreOutcome,
} from "./lease/ledger.ts";
export { LedgerView, type SharedLedger } from "./lease/view.ts";
export { Unattributed } from "./lease/unattributed.ts";
export type {
  BindingEvent,
  GivenLease,
  InsideAddress,
  LeaseEvent,
  LeaseOutcome,
  LeasePrefix,
  NasEvent,
  PortSet,
  RefusalReason,
  SessionEvent,
} from "./lease/event.ts";
export { Ending, parseSource, StartOrigin } from "./lease/log.ts";
export type { LeaseLogColumns, LeaseLogRow, LeaseSource, TextColumn } from "./lease/log.ts";
export { everyPort, formatPorts, portSetOf } from "./lease/port-set.ts";
export {
  formatLeased,
  formatPrefix,
  resolutionKinds,
  type Resolution,
  type ResolutionKind,
} from "./lease/resolution.ts";
export { keptBadRows, type BadRow, type Handed, type ImportReport } from "./file/report.ts";
export { importLeasesCsv, type LeasesCsvOptions } from "./csv/leases.ts";
export { importLinesCsv, type LinesCsvOptions } from "./csv/lines.ts";
export { readNumbersCsv } from "./csv/numbers.ts";
export type { LinePosition } from "./file/lines.ts";
export { TimeReader } from "./time/reader.ts";
export { findProgress, progressOf, type FileProgress } from "./file/progress.ts";
export type { FileReport, ResumeOptions } from "./file/resume.ts";
export { dhcpLineFroms, readDhcpLineFrom, type DhcpLineFrom } from "./dhcp/identity.ts";
export { KnownLeases } from "./dhcp/known.ts";
export { defaultPendingLimit, type LeaseFileOptions, type LeaseFileReport } from "./dhcp/report.ts";
export { keaLeaseFiles } from "./kea/files.ts";
export { importKeaLeases } from "./kea/leases.ts";
export { importKeaLegalLog } from "./kea/legal-log.ts";
export { importDhcpdLeases } from "./dhcpd/leases.ts";
export {
  importGatewayRecords,
  type GatewayOptions,
  type GatewayReport,
  type LineUsage,
} from "./gateway/gateway.ts";
export { gatewayFormats, type GatewayColumns, type GatewayFormat } from "./gateway/format.ts";
export { readNumber } from "./gateway/value.ts";
export { importRadacct, type RadacctOptions } from "./radacct/radacct.ts";
export { importRadiusDetail, type DetailReport, type RadiusDetailOptions } from "./detail/detail.ts";
export {
  AccountingProtocol,
  defaultAccountingLimits,
  longestResponseOctets,
  Taken,
  type AccountingLimits,
  type AccountingProtocolOptions,
} from "./accounting/protocol.ts";
export { AccountingServer, type AccountingServerOptions } from "./accounting/server.ts";
export {
  AccountingCounter,
  accountingStats,
  makeAccountingCounts,
  type AccountingStats,
} from "./accounting/stats.ts";
export { EventBatch, readEventBatch } from "./accounting/event-batch.ts";
export { ClientTable, type AccountingClient } from "./accounting/client-table.ts";
export type { DomainFrom, LineFrom } from "./accounting/lease-event.ts";
export { bindingsOf, noNatEvents, type NatEventCounts, type NatEventReading } from "./nat/events.ts";
export { importCgnatSyslog, type CgnatSyslogOptions, type CgnatSyslogReport } from "./syslog/import.ts";
export { SyslogServer, type SyslogServerOptions, type SyslogStats, type SyslogTls } from "./syslog/server.ts";
export { blockLeases, isIpv4, planBlocks, type BlockPlan, type DeterministicNat } from "./cgnat/blocks.ts";
export { mapRuleFault, type MapRule } from "./map/rule.ts";
export { SourceList } from "./syslog/sources.ts";
