import type { RunCounts } from "../event.ts";
import { Random, RandomStream } from "../random/random.ts";
import type { ExportedDatagram } from "./exporter.ts";
import { lossAt } from "./faults.ts";
import type { ExporterFaults } from "./faults.ts";
import { gatewayIndex } from "./network.ts";

/** Datagrams that a week's network loses between exporter and collector. */
export class LostDatagrams {
  readonly #faults: ExporterFaults | null;
  readonly #counts: RunCounts;
  readonly #random: Random;

  /** `faults`: of the gateway, whose way to the collector is the long one; null: nothing is lost. */
  constructor(seed: number, weekIndex: number, faults: ExporterFaults | null, counts: RunCounts) {
    this.#faults = faults;
    this.#counts = counts;
    this.#random = new Random(seed, RandomStream.loss, weekIndex);
  }

  /** What arrives of an exporter's datagrams; the others are counted. */
  pass(exporter: number, datagrams: readonly ExportedDatagram[]): readonly ExportedDatagram[] {
    const faults = this.#faults;
    if (faults === null || exporter !== gatewayIndex) return datagrams;
    return datagrams.filter(({ timeMs, records }) => {
      const share = lossAt(faults, timeMs);
      if (share === 0 || this.#random.uniform() >= share) return true;
      this.#counts.lostDatagrams[exporter]++;
      this.#counts.lostRecords[exporter] += records;
      return false;
    });
  }
}
