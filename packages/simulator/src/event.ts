import type { ExportedDatagram } from "./exporter/exporter.ts";
import { accountingFields } from "./lease/accounting.ts";
import type { AccountingFields, WeekAccounting } from "./lease/accounting.ts";
import type { WeekSessions } from "./lease/session.ts";
import { LineKind } from "./population/line.ts";
import type { LinePopulation } from "./population/line.ts";

/** One of the provider's exporters. */
export interface SimulatedExporter {
  readonly name: string;
  readonly service: "broadband" | "mobile";
  /** As the collector's configuration names it: only `edge` counts for lines; `other` tells of addresses alone. */
  readonly role: "edge" | "core" | "other";
  readonly protocol: "netflow9" | "ipfix";
  readonly address: string;
  readonly observationDomainId: number;
  /** One packet in N; 1 of an exporter without flow records. */
  readonly samplingInterval: number;
  /** What its clock is ahead, milliseconds, whole seconds; negative: behind. */
  readonly clockSkewMs: number;
}

/** What happens, in order of simulated time. */
export type SimulatorEvent =
  | {
      readonly kind: "radius";
      readonly timeMs: number;
      /** Index of the exporter that also is the NAS. */
      readonly exporter: number;
      readonly fields: AccountingFields;
    }
  | {
      readonly kind: "datagram";
      readonly timeMs: number;
      readonly exporter: number;
      /** The UDP payload; never written again. */
      readonly bytes: Uint8Array;
      readonly records: number;
    };

/** How many of each there were in a run. */
export interface RunCounts {
  radius: number;
  /** By exporter: what was sent, and what was lost on the way or with a restart. */
  readonly datagrams: number[];
  readonly records: number[];
  readonly lostDatagrams: number[];
  readonly lostRecords: number[];
}

/** Nothing yet, of so many exporters. */
export function noCounts(exporters: number): RunCounts {
  const none = (): number[] => Array.from({ length: exporters }, () => 0);
  return { radius: 0, datagrams: none(), records: none(), lostDatagrams: none(), lostRecords: none() };
}

/** The run that events belong to; `counts` goes up with every event taken. */
export interface MergedRun {
  readonly lines: LinePopulation;
  readonly exporters: readonly SimulatedExporter[];
  readonly counts: RunCounts;
}

/** Brings accounting and the datagrams of all exporters into one order of time; accounting first on a tie. */
export class EventMerge {
  readonly #run: MergedRun;
  readonly #weekIndex: number;
  readonly #accounting: WeekAccounting;
  readonly #sessions: WeekSessions;
  #next = 0;

  constructor(run: MergedRun, weekIndex: number, accounting: WeekAccounting, sessions: WeekSessions) {
    this.#run = run;
    this.#weekIndex = weekIndex;
    this.#accounting = accounting;
    this.#sessions = sessions;
  }

  *until(
    untilMs: number,
    datagrams: readonly (readonly ExportedDatagram[])[],
  ): Generator<SimulatorEvent, void, undefined> {
    const { timeMs } = this.#accounting;
    const { counts } = this.#run;
    const next = datagrams.map(() => 0);
    const headMs = datagrams.map((own) => own[0]?.timeMs ?? Infinity);
    for (;;) {
      const radiusMs =
        this.#next < timeMs.length && timeMs[this.#next] < untilMs ? timeMs[this.#next] : Infinity;
      let exporter = 0;
      for (let i = 1; i < headMs.length; i++) if (headMs[i] < headMs[exporter]) exporter = i;
      if (radiusMs <= headMs[exporter]) {
        if (radiusMs === Infinity) return;
        yield this.#radius(this.#next++);
        counts.radius++;
        continue;
      }
      const own = datagrams[exporter];
      const { timeMs: at, bytes, records } = own[next[exporter]++];
      headMs[exporter] = own[next[exporter]]?.timeMs ?? Infinity;
      counts.datagrams[exporter]++;
      counts.records[exporter] += records;
      yield { kind: "datagram", timeMs: at, exporter, bytes, records };
    }
  }

  #radius(at: number): SimulatorEvent {
    const { lines, exporters } = this.#run;
    const exporter = lines.kind[this.#accounting.line[at]] === LineKind.mobile ? 1 : 0;
    return {
      kind: "radius",
      timeMs: this.#accounting.timeMs[at],
      exporter,
      fields: accountingFields(
        lines,
        this.#sessions,
        this.#accounting,
        at,
        this.#weekIndex,
        exporters[exporter].address,
      ),
    };
  }
}
