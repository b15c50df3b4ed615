import { AccountingProtocol, LedgerView, makeAccountingCounts, Taken } from "@ishizue/ledger";
import { SourceTable } from "@ishizue/receive";
import type { Provider, SimulatorEvent } from "@ishizue/simulator";
import { encodeAccountingRequest, parseAddress } from "@ishizue/wire";
import type { Collector } from "../../src/collector/collector.ts";
import { ExporterTable } from "../../src/pipeline/exporters.ts";
import { blockCapacity, Pipeline } from "../../src/pipeline/pipeline.ts";
import { SpoolSink } from "../../src/pipeline/sink.ts";

const secret = "testing123";
/** Accounting that may wait for the disk before the traffic does. */
const leasesWaiting = 10_000;

export interface Filled {
  readonly records: number;
  readonly seconds: number;
  /** Of them, in the simulator. */
  readonly simulatorSeconds: number;
}

/** Runs a simulated provider through a pipeline into the collector's store: accounting, decoding, look-ups, spool, rollups. */
export async function fill(provider: Provider, collector: Collector): Promise<Filled> {
  const { config, ledger, keeper } = collector;
  const sink = new SpoolSink(keeper, blockCapacity(config));
  const lookUp = new LedgerView(ledger.shared());
  ledger.onShared((shared) => lookUp.update(shared));
  const pipeline = new Pipeline({
    config,
    lookUp,
    sink,
    exporters: new ExporterTable(config),
    counts: keeper.counts,
  });
  const accounting = new Accounting(collector);
  const sources = new SourceTable();
  const started = performance.now();
  let simulatorMs = 0;
  const events = provider.run();
  for (;;) {
    const before = performance.now();
    const { value: event } = events.next();
    simulatorMs += performance.now() - before;
    if (event === undefined) break;
    if (event.kind === "radius") {
      await accounting.take(event, provider.exporters[event.exporter].address);
      continue;
    }
    const { bytes, timeMs } = event;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const source = sources.ofText(provider.exporters[event.exporter].address);
    pipeline.accept(bytes, view, 0, bytes.length, source, timeMs);
    if (sink.congested) {
      await sink.ready();
      await collector.spool.room();
    }
  }
  pipeline.settleSequences();
  pipeline.flush();
  pipeline.flushQuality();
  await sink.settled();
  await collector.drain();
  return {
    records: collector.counters().records,
    seconds: (performance.now() - started) / 1000,
    simulatorSeconds: simulatorMs / 1000,
  };
}

/** Accounting of the provider's access servers, as the collector's own takes it. */
class Accounting {
  readonly #collector: Collector;
  readonly #protocol = new AccountingProtocol(
    { clients: [{ address: "0.0.0.0/0", secret }] },
    makeAccountingCounts(),
  );
  readonly #response = new Uint8Array(4096);
  readonly #address = new Uint32Array(4);
  #sent = 0;

  constructor(collector: Collector) {
    this.#collector = collector;
  }

  async take({ fields, timeMs }: Extract<SimulatorEvent, { kind: "radius" }>, nas: string): Promise<void> {
    const identifier = this.#sent & 255;
    const request = encodeAccountingRequest({ ...fields, identifier, secret });
    parseAddress(nas, this.#address, 0);
    const protocol = this.#protocol;
    const taken = protocol.take(request, 0, request.length, this.#address, 1813, timeMs, this.#response, 0);
    if (taken !== Taken.event || protocol.event === undefined) return;
    protocol.settle(protocol.serial, true);
    const durable = this.#collector.learn(protocol.event);
    if (++this.#sent % leasesWaiting === 0) await durable;
  }
}
