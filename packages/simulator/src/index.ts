export { Provider, simulate } from "./provider.ts";
export type { RunCounts, SimulatedExporter, SimulatorEvent } from "./event.ts";
export type { SimulatorOptions, WeekChoice } from "./options.ts";
export { LineKind, lineKindFacts, lineKindNames } from "./population/line.ts";
export type { LineCounts, LineKindName, LinePopulation } from "./population/line.ts";
export type { LineUsage } from "./population/usage.ts";
export { fitErrors, fitMixture, type UsageTarget } from "./population/fit.ts";
export { mixtureMoments, stratifiedValues, type Mixture, type MixtureMoments } from "./population/mixture.ts";
export {
  broadbandUsage,
  concentration,
  concentrationYear,
  mobileUsage,
  type UsageRow,
} from "./population/reference.ts";
export { broadbandShares, mixYears, mobileShares, type ShareRow } from "./mix/reference.ts";
export { usageMixture, usageTarget } from "./population/year.ts";
export { applicationShares } from "./mix/year.ts";
export { customerPrefixes } from "./lease/plan.ts";
export type { AccountingFields } from "./lease/accounting.ts";
export type { WeekSessions } from "./lease/session.ts";
export type { WeekTally } from "./truth/tally.ts";
export type { SimulatedWeek, WeekHour } from "./week/week.ts";
export { Random } from "./random/random.ts";
export { PacketSampler } from "./traffic/sampler.ts";
export type { SendOptions, SendProgress, SendResult } from "./send/send.ts";
export type { PcapOptions, PcapResult } from "./send/pcap.ts";
export { SendFault } from "./send/fault.ts";
export { followedYear, publishedWeeks, weeksOfMonths } from "./week/week.ts";
export { Binomial } from "./random/binomial.ts";
export type { PortTable } from "./mix/port.ts";
export { RollupProvider } from "./rollup/provider.ts";
export type { RollupExporter, RollupOptions, RollupWeek } from "./rollup/provider.ts";
export { LineWeeks, type LineWeekInput } from "./rollup/line-week.ts";
export { LineHourRows, type SideColumns } from "./rollup/rows.ts";
export { portHours, type PortHour } from "./rollup/port-hours.ts";
export { exporterBins, type BinSums, type EdgeBin, type QualityBin } from "./rollup/exporter-bins.ts";
export { lineLeases, lineStates } from "./rollup/ledger.ts";
export { writeRollupTruth, writeUsageTruth, type RollupTruth } from "./rollup/truth.ts";
