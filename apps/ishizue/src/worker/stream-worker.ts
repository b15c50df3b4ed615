import { LedgerView } from "@ishizue/ledger";
import { StreamReceiver, type StreamSession } from "@ishizue/receive";
import { CommandFault } from "../fault/fault.ts";
import { Counter } from "../pipeline/counters.ts";
import { ExporterTable, type KnownExporter } from "../pipeline/exporters.ts";
import { blockCapacity, Pipeline } from "../pipeline/pipeline.ts";
import { exporterDetail } from "../status/detail.ts";
import { exporterSnapshot } from "../status/exporter.ts";
import { PortSink, type Tell } from "./port-sink.ts";
import type { Order, Request, StreamReport, ThreadSetup } from "./protocol.ts";

/** How often the exporters' counters go to the store. */
const QUALITY_INTERVAL_MS = 10_000;

/**
 * The thread of IPFIX over TCP and TLS. Each session has an exporter of its
 * own, whose templates and sequence numbers begin and end with it. While the
 * disk does not keep up the exporters wait: nothing is lost.
 */
export class StreamWorker {
  private readonly setup: ThreadSetup;
  private readonly tell: Tell;
  private readonly sink: PortSink;
  private readonly view: LedgerView;
  private readonly exporters: ExporterTable;
  private readonly pipeline: Pipeline;
  private readonly counts: Float64Array;
  private receiver: StreamReceiver | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  /** Exporters of sessions that have ended, of which rows may wait. */
  private readonly ended: KnownExporter[] = [];

  constructor(setup: ThreadSetup, tell: Tell) {
    const { config } = setup;
    this.setup = setup;
    this.tell = tell;
    this.counts = new Float64Array(setup.counts);
    this.sink = new PortSink(tell, blockCapacity(config), config.limits.blocksInFlight);
    this.view = new LedgerView(setup.ledger);
    this.exporters = new ExporterTable(config);
    this.pipeline = new Pipeline({
      config,
      lookUp: this.view,
      sink: this.sink,
      exporters: this.exporters,
      counts: this.counts,
    });
  }

  /** Opens the ports. Errors: StreamError of a port, a certificate or a prefix. */
  async listen(): Promise<void> {
    const { stream, batch } = this.setup.config;
    if (stream === undefined) throw new Error("a stream worker without stream in the configuration");
    const { host, port, tls, allow, sessions, sessionsPerAddress, idle } = stream;
    if (port === null && tls === undefined) {
      throw new CommandFault("BAD_CONFIG", "stream: neither a port nor tls", "name one, or leave stream out");
    }
    const { authority, clients, ...files } = tls ?? { certificate: "", key: "" };
    this.receiver = await StreamReceiver.open({
      host,
      port,
      tls:
        tls === undefined
          ? null
          : {
              ...files,
              ...(authority === undefined ? {} : { authority }),
              ...(clients === undefined ? {} : { clients }),
            },
      allow,
      limits: { sessions, sessionsPerSource: sessionsPerAddress, idleMs: idle },
      onOpen: (session) => this.begin(session),
      onMessage: (bytes, view, offset, length, source, arrivalMs) => {
        this.pipeline.accept(bytes, view, offset, length, source, arrivalMs);
        if (this.sink.full && !this.receiver?.paused) this.wait();
      },
      onClose: ({ source }) => this.end(source.state as KnownExporter | undefined),
    });
    this.timers.push(
      setInterval(() => this.flush(), batch.interval),
      setInterval(() => this.pipeline.flushQuality(), QUALITY_INTERVAL_MS),
    );
    const ports = [this.receiver.port, this.receiver.tlsPort];
    this.tell({ kind: "listening", ports: ports.filter((port) => port !== null) });
  }

  /** Follows an order of the main thread. */
  follow(order: Order): void {
    if (order.kind === "written") this.sink.giveBack(order.id);
    else if (order.kind === "ledger") this.view.update(order.shared);
    else if (order.kind !== "datagram") {
      const { id } = order;
      // What is thrown here is a fault of ours: it ends the thread, and the main thread reports it.
      void this.answer(order).then((answer) => this.tell({ kind: "done", id, answer }));
    }
  }

  private async answer(request: Request): Promise<unknown> {
    switch (request.kind) {
      case "flush":
        return this.flushAll();
      case "report":
        return this.report();
      case "detail": {
        const exporter = this.exporters.ofAddress(request.address);
        return exporter === null ? null : exporterDetail(exporter, this.setup.worker);
      }
      case "stop":
        return this.stop();
      default:
        // Sessions do not move, and what they taught ends with them.
        return null;
    }
  }

  private begin(session: StreamSession): void {
    if (this.exporters.resolveSession(session.source) !== null) return;
    this.counts[Counter.refusedDatagrams]++;
    session.destroy("closed");
  }

  /** A session is over. Its exporter goes with the next rows that are handed on: coming and going makes no small blocks. */
  private end(exporter: KnownExporter | undefined): void {
    if (exporter === undefined) return;
    const { lost } = exporter.session.sequence.settle();
    if (lost > 0) exporter.quality.at(exporter.lastMessageMs).lost += lost;
    this.ended.push(exporter);
  }

  /** Hands on what waits, and lets go of the exporters of sessions that have ended. */
  private flush(): void {
    this.pipeline.flush();
    if (this.ended.length === 0 || this.counts[Counter.waitingRows] > 0) return;
    this.pipeline.flushQuality();
    for (const exporter of this.ended.splice(0)) {
      this.exporters.remove(exporter);
      this.pipeline.decoder.forget(exporter.wire);
    }
  }

  /** Reads on when the disk has taken something. */
  private wait(): void {
    this.receiver?.pause();
    void this.sink.ready().then(() => {
      this.pipeline.flush();
      this.receiver?.resume();
    });
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

  private async stop(): Promise<Uint8Array[]> {
    for (const timer of this.timers) clearInterval(timer);
    await this.receiver?.close();
    await this.flushAll();
    return [];
  }

  private report(): StreamReport {
    const { config, worker } = this.setup;
    const nowMs = Date.now();
    const owned = this.exporters.owned();
    return {
      stream: this.receiver?.stats() ?? null,
      port: this.receiver?.port ?? null,
      tlsPort: this.receiver?.tlsPort ?? null,
      exportersSeen: owned.length,
      exporters: owned
        .slice(0, config.status.exporters)
        .map((exporter) => exporterSnapshot(exporter, worker, nowMs)),
    };
  }
}
