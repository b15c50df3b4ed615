import { LedgerView } from "@ishizue/ledger";
import { type OnDatagram, openReceiver, type Receiver, Relay } from "@ishizue/receive";
import { Counter } from "../pipeline/counters.ts";
import { ExporterTable, type KnownExporter } from "../pipeline/exporters.ts";
import { blockCapacity, Pipeline } from "../pipeline/pipeline.ts";
import { exporterDetail } from "../status/detail.ts";
import { exporterSnapshot } from "../status/exporter.ts";
import { giveAway, takeOver } from "./moving.ts";
import { PortSink, type Tell } from "./port-sink.ts";
import type { DetailAnswer, Handover, Order, Request, WorkerReport, WorkerSetup } from "./protocol.ts";
import { Remembered } from "./remembered.ts";
import { readEmpty } from "./read-empty.ts";
import { Sorter } from "./sorter.ts";

/** How often the exporters' counters go to the store. */
const QUALITY_INTERVAL_MS = 10_000;
/** How often it is looked for gaps in the sequences that no late message will fill any more. */
const EXPIRE_INTERVAL_MS = 1000;
/** Workers whose blocks the store takes at the interval of `batch.interval`; more of them make theirs rarer. */
const WORKERS_AN_INTERVAL = 4;

/**
 * One receiving thread: its receiver, its exporters, its pipeline. Speaks to
 * the main thread by messages and through shared counters, and owns the
 * exporters of its buckets alone.
 */
export class ReceiveWorker {
  private readonly setup: WorkerSetup;
  private readonly tell: Tell;
  private readonly sink: PortSink;
  private readonly view: LedgerView;
  private readonly exporters: ExporterTable;
  private readonly pipeline: Pipeline;
  private readonly sorter: Sorter;
  private readonly remembered: Remembered;
  private readonly counts: Float64Array;
  private receiver: Receiver | null = null;
  private relay: Relay | null = null;
  private kernelDrops = 0;
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(setup: WorkerSetup, tell: Tell) {
    const { config, worker, workers } = setup;
    this.setup = setup;
    this.tell = tell;
    this.counts = new Float64Array(setup.counts);
    this.sink = new PortSink(tell, blockCapacity(config), config.limits.blocksInFlight);
    this.view = new LedgerView(setup.ledger);
    this.exporters = new ExporterTable(config, { places: new Int32Array(setup.places), mine: worker });
    this.pipeline = new Pipeline({
      config,
      lookUp: this.view,
      sink: this.sink,
      exporters: this.exporters,
      counts: this.counts,
      workers,
    });
    this.sorter = new Sorter(setup, this.pipeline, tell);
    this.remembered = new Remembered(config.limits.exporters, this.pipeline.decoder.limits);
    this.remembered.load(setup.states, (bucket) => setup.workerOfBucket[bucket] === worker);
    this.exporters.onNew = ({ wire }) => this.remembered.recall(wire);
  }

  /** Opens the receiver. Errors: those of `openReceiver`. */
  async listen(): Promise<void> {
    const { config, plan, worker, workers } = this.setup;
    const { pipeline, sorter } = this;
    const accept: OnDatagram = (bytes, view, offset, length, source, arrivalMs) => {
      pipeline.accept(bytes, view, offset, length, source, arrivalMs);
    };
    this.relay = await this.openRelay();
    this.receiver = await openReceiver(plan, worker, this.relayed(workers > 1 ? sorter.take : accept));
    const flushMs = config.batch.interval * Math.ceil(workers / WORKERS_AN_INTERVAL);
    this.timers.push(
      setInterval(() => pipeline.flush(), flushMs),
      setInterval(() => pipeline.expireSequences(Date.now()), EXPIRE_INTERVAL_MS),
      setInterval(() => {
        this.countKernelDrops();
        pipeline.flushQuality();
      }, QUALITY_INTERVAL_MS),
    );
    this.tell({ kind: "listening", ports: this.receiver.ports });
  }

  /** Errors: RelayError of a target that is unknown or this collector itself. */
  private async openRelay(): Promise<Relay | null> {
    const { relay, listen } = this.setup.config;
    if (relay === undefined) return null;
    const { to, from, ownAddress, mtu } = relay;
    return Relay.open({
      targets: to,
      listened: [{ host: listen.host, ports: this.setup.plan.ports }],
      from,
      sourceAddress: ownAddress ? "own" : "auto",
      ...(mtu === undefined ? {} : { mtu }),
    });
  }

  /** Forwards each datagram before it is taken. */
  private relayed(take: OnDatagram): OnDatagram {
    const { relay } = this;
    if (relay === null) return take;
    return (bytes, view, offset, length, source, arrivalMs, sourcePort, localPort) => {
      relay.take(bytes, view, offset, length, source, arrivalMs, sourcePort, localPort);
      take(bytes, view, offset, length, source, arrivalMs, sourcePort, localPort);
    };
  }

  /** Follows an order of the main thread. */
  follow(order: Order): void {
    switch (order.kind) {
      case "written":
        this.sink.giveBack(order.id);
        return;
      case "ledger":
        this.view.update(order.shared);
        return;
      case "datagram":
        this.sorter.takePassed(order.datagram);
        return;
      default: {
        const { id } = order;
        // What is thrown here is a fault of ours: it ends the thread, and the main thread reports it.
        void this.answer(order).then((answer) => this.tell({ kind: "done", id, answer }));
      }
    }
  }

  private async answer(request: Request): Promise<unknown> {
    switch (request.kind) {
      case "flush":
        return this.flushAll();
      case "report":
        return this.report();
      case "detail":
        return this.detail(request.address);
      case "states":
        return this.states();
      case "park":
        this.sorter.park(request.buckets);
        return null;
      case "release":
        return this.release(request.buckets, request.owner);
      case "adopt":
        this.adopt(request.buckets, request.handover);
        return null;
      case "stop":
        return this.stop();
    }
  }

  /** Resolves when every row that was taken before is on its way to the main thread. */
  private async flushRows(): Promise<void> {
    this.pipeline.flush();
    while (this.counts[Counter.waitingRows] > 0) {
      await this.sink.ready();
      this.pipeline.flush();
    }
  }

  private async flushAll(): Promise<null> {
    await this.flushRows();
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    return null;
  }

  private states(): Promise<Uint8Array[]> {
    return this.remembered.encode(this.exporters.owned().map(({ wire }) => wire));
  }

  private async stop(): Promise<Uint8Array[]> {
    for (const timer of this.timers) clearInterval(timer);
    if (this.receiver !== null) await readEmpty(this.receiver);
    this.countKernelDrops();
    await this.receiver?.close();
    await this.relay?.close();
    this.giveUpHeldSets(this.exporters.owned());
    await this.flushAll();
    return this.states();
  }

  /** Data sets that wait for their template do not live through a restart. */
  private giveUpHeldSets(exporters: readonly KnownExporter[]): void {
    this.counts[Counter.droppedSets] += this.exporters.giveUpHeldSets(exporters);
  }

  /** Reads what was steered here before, hands its rows on, and gives the exporters of the buckets away. */
  private async release(buckets: readonly number[], owner: number): Promise<Handover> {
    if (this.receiver !== null) await readEmpty(this.receiver);
    await this.flushRows();
    const isGoing = this.sorter.isAmong(buckets);
    const exporters = this.exporters.owned().filter(({ words }) => isGoing(words));
    this.pipeline.flushQuality();
    const handover: Handover = {
      exporters: exporters.map((exporter) => giveAway(this.exporters, this.pipeline.decoder, exporter)),
      remembered: this.remembered.giveAway((bucket) => buckets.includes(bucket)),
    };
    this.sorter.release(buckets, owner);
    return handover;
  }

  private adopt(buckets: readonly number[], { exporters, remembered }: Handover): void {
    this.remembered.takeOver(remembered);
    for (const exporter of exporters)
      this.counts[Counter.droppedSets] += takeOver(this.exporters, this.pipeline.decoder, exporter);
    this.sorter.adopt(buckets);
  }

  private report(): WorkerReport {
    const { setup, exporters, receiver } = this;
    const nowMs = Date.now();
    return {
      receiver: receiver?.stats() ?? null,
      relay: this.relay?.stats() ?? null,
      exportersSeen: exporters.count,
      exporters: exporters
        .owned()
        .slice(0, setup.config.status.exporters)
        .map((exporter) => exporterSnapshot(exporter, setup.worker, nowMs)),
    };
  }

  private detail(address: string): DetailAnswer {
    const exporter = this.exporters.ofAddress(address);
    return exporter === null ? null : exporterDetail(exporter, this.setup.worker);
  }

  private countKernelDrops(): void {
    const drops = this.receiver?.stats().kernelDrops ?? this.kernelDrops;
    this.pipeline.countKernelDrops(drops - this.kernelDrops);
    this.kernelDrops = drops;
  }
}
