import { AccountingServer, Ledger, LineTable, type LeaseEvent } from "@ishizue/ledger";
import { DgramReceiver } from "@ishizue/receive";
import { migrate, openStore, SpoolJournal, SpoolWriter, type Store } from "@ishizue/store";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { faultLine } from "../fault/fault.ts";
import { ExporterTable } from "../pipeline/exporters.ts";
import { Pipeline } from "../pipeline/pipeline.ts";
import { exporterDetail } from "../status/detail.ts";
import { startStatusServer } from "../status/server.ts";
import type { CollectorStatus } from "../status/snapshot.ts";
import { LeaseJournal } from "./lease-journal.ts";
import { LedgerLoader } from "./ledger-store.ts";
import { collectorStatus } from "./status.ts";

/** How often leases that were imported beside the collector are looked for. */
const LEDGER_POLL_MS = 10_000;
/** How long `stop` waits for the tables. */
const STOP_PATIENCE_MS = 20_000;
/** How often the exporters' counters go to the store. */
const QUALITY_INTERVAL_MS = 10_000;

/**
 * Everything that runs while `ishizue collect` does: sockets, pipeline,
 * ledger, accounting, spool, status. `start` opens it all or nothing; `stop`
 * ends it with every record that arrived durable and inserted.
 */
export class Collector {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly spool: SpoolWriter;
  readonly pipeline: Pipeline;
  readonly journal: LeaseJournal;
  readonly startedMs = Date.now();
  receiver: DgramReceiver | null = null;
  accounting: AccountingServer | null = null;
  private readonly loader: LedgerLoader;
  readonly config: Config;
  private statusServer: { port: number; close: () => Promise<void> } | null = null;
  private kernelDrops = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private polling: Promise<unknown> | null = null;

  private constructor(
    config: Config,
    store: Store,
    ledger: Ledger,
    spool: SpoolWriter,
    exporters: ExporterTable,
  ) {
    this.config = config;
    this.store = store;
    this.ledger = ledger;
    this.spool = spool;
    this.pipeline = new Pipeline({ config, ledger, spool, exporters });
    this.journal = new LeaseJournal(new SpoolJournal({ spool, table: "leases" }));
    this.loader = new LedgerLoader(store, ledger);
  }

  /**
   * Opens the store and the spool and loads the ledger; no socket yet.
   *
   * Errors: faults of the store, the configuration, the disk.
   */
  static async open(dataDir: string, config: Config): Promise<Collector> {
    // What the configuration says wrong is told before anything is opened.
    const ledger = new Ledger({ lines: new LineTable(), customerPrefixes: config.customerPrefixes });
    const exporters = new ExporterTable(config);
    const store = await openStore({ dataDir });
    let spool: SpoolWriter | null = null;
    try {
      await migrate(store, { flowsDays: config.retention.flowsDays });
      spool = await SpoolWriter.open({
        store,
        dir: join(dataDir, "spool"),
        limits: { bytes: config.limits.spoolBytes },
        onProblem: (problem) => console.error(`ishizue: ${faultLine(problem) ?? problem.message}`),
      });
      const collector = new Collector(config, store, ledger, spool, exporters);
      await collector.loader.load();
      return collector;
    } catch (error) {
      await spool?.close();
      await store.close();
      throw error;
    }
  }

  /** Opens the sockets. Errors: a port in use, an address that is not here; everything is closed again. */
  async listen(): Promise<void> {
    const { listen, accounting, status, batch } = this.config;
    try {
      this.receiver = await DgramReceiver.open({
        host: listen.host,
        ports: listen.ports,
        receiveBufferBytes: listen.receiveBufferBytes,
        onDatagram: (bytes, view, offset, length, source, arrivalMs) => {
          this.pipeline.accept(bytes, view, offset, length, source, arrivalMs);
        },
      });
      if (accounting.clients.length > 0) {
        this.accounting = await AccountingServer.open({
          host: accounting.host,
          port: accounting.port,
          clients: accounting.clients,
          lineFrom: accounting.lineFrom,
          onEvent: (event) => this.learn(event),
        });
      }
      this.statusServer = await startStatusServer(status, {
        status: () => this.status(),
        exporter: (address) => {
          const known = this.pipeline.exporters.known(address);
          return known === undefined ? null : exporterDetail(known);
        },
        datagrams: () => this.pipeline.counters.datagrams,
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.timers.push(
      setInterval(() => this.pipeline.flush(), batch.interval),
      setInterval(() => {
        this.countKernelDrops();
        this.pipeline.flushQuality();
      }, QUALITY_INTERVAL_MS),
      setInterval(() => {
        if (this.polling !== null) return;
        // What cannot be asked now is asked again; the spool reports an engine that is away.
        this.polling = this.loader
          .load()
          .catch(() => {})
          .finally(() => {
            this.polling = null;
          });
      }, LEDGER_POLL_MS),
    );
  }

  /** Applies one event to the ledger; resolves when it is durable. */
  learn(event: LeaseEvent): Promise<void> {
    return this.journal.append(this.ledger.apply(event).rows);
  }

  status(): CollectorStatus {
    return collectorStatus(this, this.statusServer?.port ?? null);
  }

  private countKernelDrops(): void {
    const drops = this.receiver?.stats().kernelDrops ?? this.kernelDrops;
    this.pipeline.countKernelDrops(drops - this.kernelDrops);
    this.kernelDrops = drops;
  }

  /** Resolves when everything taken so far is in the tables, and rejects where the store cannot take it. */
  async drain(): Promise<void> {
    this.pipeline.flush();
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    await this.pipeline.settled();
    await this.journal.settled();
    await this.spool.drain();
  }

  /**
   * Ends intake, makes the rest durable, waits a while for the tables to take it, and closes everything. Resolves
   * with the blocks that stay in the spool: durable, and inserted at the next start.
   */
  async stop(): Promise<number> {
    for (const timer of this.timers) clearInterval(timer);
    this.countKernelDrops();
    await this.receiver?.close();
    await this.accounting?.close();
    await this.statusServer?.close();
    await this.polling;
    this.pipeline.flush();
    this.pipeline.settleSequences();
    this.pipeline.flushQuality();
    await this.pipeline.settled();
    await this.journal.close().catch(() => {});
    await Promise.race([
      this.spool.drain().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref()),
    ]);
    await this.spool.close();
    const left = this.spool.stats.pendingFiles;
    await this.store.close();
    return left;
  }
}
