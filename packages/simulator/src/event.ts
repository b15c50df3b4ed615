import type { ExportedDatagram } from "./exporter/exporter.ts";
import { accountingFields } from "./lease/accounting.ts";
import type { AccountingFields, WeekAccounting } from "./lease/accounting.ts";
import type { WeekSessions } from "./lease/session.ts";
import { LineKind } from "./population/line.ts";
import type { LinePopulation } from "./population/line.ts";

/** One of the provider's two exporters. */
export interface SimulatedExporter {
  readonly name: string;
  readonly service: "broadband" | "mobile";
  readonly protocol: "netflow9" | "ipfix";
  readonly address: string;
  readonly observationDomainId: number;
  /** One packet in N. */
  readonly samplingInterval: number;
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
  /** By exporter. */
  readonly datagrams: [number, number];
  readonly records: [number, number];
}

/** The run that events belong to; `counts` goes up with every event taken. */
export interface MergedRun {
  readonly lines: LinePopulation;
  readonly exporters: readonly [SimulatedExporter, SimulatedExporter];
  readonly counts: RunCounts;
}

/** Brings accounting and the datagrams of both exporters into one order of time; accounting first on a tie. */
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
    const [first, second] = datagrams;
    const { timeMs } = this.#accounting;
    const { counts } = this.#run;
    let a = 0;
    let b = 0;
    for (;;) {
      const radiusMs =
        this.#next < timeMs.length && timeMs[this.#next] < untilMs ? timeMs[this.#next] : Infinity;
      const firstMs = a < first.length ? first[a].timeMs : Infinity;
      const secondMs = b < second.length ? second[b].timeMs : Infinity;
      if (radiusMs <= firstMs && radiusMs <= secondMs) {
        if (radiusMs === Infinity) return;
        yield this.#radius(this.#next++);
        counts.radius++;
        continue;
      }
      const exporter = firstMs <= secondMs ? 0 : 1;
      const { timeMs: at, bytes, records } = exporter === 0 ? first[a++] : second[b++];
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
