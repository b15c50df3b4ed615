import { Ledger, type LeaseEvent, type LeaseLogRow, LineTable } from "@ishizue/ledger";
import { flowsTableOf, migrate, SpoolJournal, SpoolWriter, type Store } from "@ishizue/store";
import { join } from "node:path";
import { accountingClients, accountingNames } from "../config/accounting.ts";
import type { Config } from "../config/schema.ts";
import { faultLine } from "../fault/fault.ts";
import { Counter, makeCounts, type PipelineCounters, sumCounts } from "../pipeline/counters.ts";
import { listedExporters } from "../pipeline/exporters.ts";
import { RoutingDomains } from "../pipeline/routing-domain.ts";
import { BlockKeeper, type ExportedNatEvents } from "../pipeline/sink.ts";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";
import { openPrivacy } from "../privacy/open.ts";
import { openConfiguredStore } from "../store/open.ts";
import { graceOf, whyFinal } from "../config/reattribution.ts";
import { LedgerAttributor } from "../reattribute/attributor.ts";
import { Reattribution } from "../reattribute/reattribution.ts";
import { startStatusServer } from "../status/server.ts";
import type { CollectorStatus, ExporterDetail } from "../status/snapshot.ts";
import { type Accounting, openAccounting } from "./accounting.ts";
import { EventLoopWatch } from "./event-loop.ts";
import { Intake } from "./intake.ts";
import { LeaseJournal } from "./lease-journal.ts";
import { ResolutionJournal } from "./resolution-journal.ts";
import { endSilentLeases, silenceCheckMs } from "./silence.ts";
import { LedgerLoader } from "./ledger-store.ts";
import { SharingIntake } from "./sharing.ts";
import { StateFile } from "./state-file.ts";
import { collectorStatus } from "./status.ts";
import { StreamIntake } from "./stream-intake.ts";

/** How often leases that were imported beside the collector are looked for. */
const LEDGER_POLL_MS = 10_000;
/** How long `stop` waits for the tables. */
const STOP_PATIENCE_MS = 20_000;

/**
 * Everything that runs while `ishizue collect` does. This thread has the store,
 * the spool, the ledger, accounting and the status; the receiving threads of
 * `intake` have the sockets, the exporters and their pipelines. `listen` opens
 * all or nothing; `stop` ends it with every record that arrived durable and
 * inserted.
 */
export class Collector {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly spool: SpoolWriter;
  /** Where blocks become durable, those of receiving threads and those of a pipeline in this one. */
  readonly keeper: BlockKeeper;
  readonly journal: LeaseJournal;
  /** What the ledger decides between events that disagree or are missing. */
  readonly resolutions: ResolutionJournal;
  /** What the ledger and the store may know of people. */
  readonly privacy: LedgerPrivacy;
  /** Asks this ledger who held the ends of records that are in the store. */
  readonly attributor: LedgerAttributor;
  readonly reattribution: Reattribution;
  readonly startedMs = Date.now();
  /** Of this thread. */
  readonly eventLoop = new EventLoopWatch();
  intake: Intake | null = null;
  /** IPFIX over TCP and TLS, where the configuration has it. */
  streams: StreamIntake | null = null;
  accounting: Accounting | null = null;
  /** What NATs tell of addresses that lines share. */
  readonly sharing: SharingIntake;
  private readonly loader: LedgerLoader;
  readonly config: Config;
  readonly dataDir: string;
  private statusServer: { port: number; close: () => Promise<void> } | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private polling: Promise<unknown> | null = null;
  private ending = false;

  /** Resolves with what makes it impossible to go on: whoever runs it should stop it. */
  readonly failed: Promise<Error>;
  private fail: (error: Error) => void = () => {};

  private constructor(
    dataDir: string,
    config: Config,
    store: Store,
    ledger: Ledger,
    spool: SpoolWriter,
    privacy: LedgerPrivacy,
  ) {
    this.dataDir = dataDir;
    this.config = config;
    this.store = store;
    this.ledger = ledger;
    this.spool = spool;
    this.keeper = new BlockKeeper(spool, makeCounts(), flowsTableOf(config.privacy.profile));
    this.privacy = privacy;
    this.journal = new LeaseJournal(new SpoolJournal({ spool, table: "leases" }), privacy);
    const resolutions = new SpoolJournal({ spool, table: "lease_resolutions" });
    this.resolutions = new ResolutionJournal(ledger, resolutions, privacy);
    this.sharing = new SharingIntake(config, (events) => this.learnAll(events));
    this.loader = new LedgerLoader(store, ledger, privacy, { writer: this.journal.writer });
    this.attributor = new LedgerAttributor(ledger, privacy, () => this.learnStored());
    this.reattribution = new Reattribution({
      store,
      dataDir,
      attributor: this.attributor,
      graceMs: graceOf(config),
      why: whyFinal(config),
      intervalMs: config.reattribution.interval,
      sinceMs: privacy.sinceMs,
      isReady: () => spool.stats.state === "ok",
    });
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
  }

  /**
   * Opens the store and the spool and loads the ledger; no socket yet.
   *
   * Errors: faults of the store, the configuration, the disk.
   */
  static async open(dataDir: string, config: Config): Promise<Collector> {
    // What the configuration says wrong is told before anything is opened.
    const ledger = new Ledger({
      lines: new LineTable(config.limits.lines),
      limits: { leases: config.limits.leases, links: config.limits.links },
      customerPrefixes: config.customerPrefixes,
      mapRules: config.sharing.mapRules,
    });
    ledger.lines.reserve();
    listedExporters(config);
    // Receiving threads know routing domains by their place in the configuration.
    for (const name of new RoutingDomains(config.routingDomains).names) ledger.placeDomain(name);
    const store = await openConfiguredStore(dataDir, config);
    let spool: SpoolWriter | null = null;
    try {
      const { flowsDays, conflictsDays } = config.retention;
      await migrate(store, { flowsDays, resolutionsDays: conflictsDays });
      const privacy = await openPrivacy(store, config);
      spool = await SpoolWriter.open({
        store,
        dir: join(dataDir, "spool"),
        limits: { bytes: config.limits.spoolBytes, reserveBytes: config.limits.reserveBytes },
        onProblem: (problem) => console.error(`ishizue: ${faultLine(problem) ?? problem.message}`),
      });
      const collector = new Collector(dataDir, config, store, ledger, spool, privacy);
      await collector.loader.load();
      await collector.keep(ledger.mapLeases(Date.now()));
      return collector;
    } catch (error) {
      await spool?.close();
      await store.close();
      throw error;
    }
  }

  /** Opens the sockets. Errors: a port in use, an address that is not here; everything is closed again. */
  async listen(): Promise<void> {
    const { accounting, status } = this.config;
    try {
      const options = {
        config: this.config,
        ledger: this.ledger,
        keeper: this.keeper,
        onNatEvents: (events: ExportedNatEvents) => this.sharing.takeNatEvents(events),
        onProblem: (line: string) => console.error(`ishizue: ${line}`),
        onGivenUp: (error: Error) => this.fail(error),
      };
      this.intake = await Intake.open({ ...options, stateFile: new StateFile(this.dataDir) });
      if (this.config.stream !== undefined) {
        this.streams = await StreamIntake.open(options, this.intake.plan.workers);
      }
      if (accounting.clients.length > 0) {
        this.accounting = await openAccounting({
          host: accounting.host,
          port: accounting.port,
          protocol: { clients: accountingClients(this.config), ...accountingNames(this.config) },
          onEvents: (events) => this.learnAll(events),
          onProblem: options.onProblem,
          onGivenUp: options.onGivenUp,
        });
      }
      await this.sharing.listen();
      this.statusServer = await startStatusServer(status, {
        status: () => this.status(),
        exporter: (address) => this.exporter(address),
        datagrams: () => (this.intake?.datagrams() ?? 0) + (this.streams?.counts[Counter.datagrams] ?? 0),
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.timers.push(
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
    this.reattribution.start();
    const { timeOut } = this.config.accounting;
    if (timeOut !== null) this.timers.push(setInterval(() => void this.endSilent(timeOut), silenceCheckMs));
  }

  /** Ends leases by the operator's time-out. What the disk does not take now waits in the journal for the next event. */
  private async endSilent(timeOutMs: number): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    await endSilentLeases(this.ledger, timeOutMs, (rows) => this.keep(rows)).catch(() => {});
    this.ending = false;
  }

  /**
   * Waits until what an earlier run left in the spool is in the tables, and brings the ledger up to it. Rejects where the
   * store cannot take it.
   */
  async catchUp(): Promise<void> {
    if (this.spool.stats.leftoverBlocks === 0) return;
    await this.spool.drain();
    await this.loader.load();
  }

  /** Brings the ledger up to what the store's log says now. */
  private async learnStored(): Promise<void> {
    await this.polling;
    await this.loader.load();
  }

  /** Applies one event to the ledger; resolves when it is durable. */
  learn(event: LeaseEvent): Promise<void> {
    return this.learnAll([event]);
  }

  /** Applies events to the ledger, in order, before it returns; resolves when all are durable. */
  learnAll(events: Iterable<LeaseEvent>): Promise<void> {
    const rows: LeaseLogRow[] = [];
    for (const event of events) {
      for (const row of this.ledger.apply(this.privacy.event(event)).rows) rows.push(row);
    }
    return this.keep(rows);
  }

  /** Makes rows of the ledger's log durable, and what it settled to get there. */
  private async keep(rows: readonly LeaseLogRow[]): Promise<void> {
    await Promise.all([this.journal.append(rows), this.resolutions.durable()]);
  }

  status(): Promise<CollectorStatus> {
    return collectorStatus(this);
  }

  /** Port of the status, while it listens. */
  get statusPort(): number | null {
    return this.statusServer?.port ?? null;
  }

  /** Which receiver was chosen, how many threads it has, and why not a better one. */
  receiverLine(): string {
    if (this.intake === null) return "none";
    const { kind, workers, why } = this.intake.plan;
    return [`${kind}, ${workers} ${workers === 1 ? "thread" : "threads"}`, ...why]
      .join("; ")
      .replace(/\.$/, "");
  }

  /** Counters of all receiving threads and of what this one made durable, live. */
  counters(): PipelineCounters {
    const streams = this.streams === null ? [] : [this.streams.counts];
    return this.intake?.counters(streams) ?? sumCounts([this.keeper.counts, ...streams]);
  }

  /** Everything about one exporter, of datagrams first; null where nobody has it. */
  private async exporter(address: string): Promise<ExporterDetail | null> {
    return (await this.intake?.exporter(address)) ?? (await this.streams?.exporter(address)) ?? null;
  }

  /** Resolves when everything taken so far is in the tables, and rejects where the store cannot take it. */
  async drain(): Promise<void> {
    await Promise.all([this.intake?.flush(), this.streams?.flush()]);
    await this.journal.settled();
    await this.resolutions.settled();
    await this.spool.drain();
  }

  /**
   * Ends intake, makes the rest durable, waits a while for the tables to take it, and closes everything. Resolves
   * with the blocks that stay in the spool: durable, and inserted at the next start.
   */
  async stop(): Promise<number> {
    for (const timer of this.timers) clearInterval(timer);
    await this.reattribution.stop();
    await Promise.all([this.intake?.stop(), this.streams?.stop()]);
    await this.accounting?.close();
    await this.sharing.close();
    await this.statusServer?.close();
    await this.polling;
    await this.journal.close().catch(() => {});
    await this.resolutions.close().catch(() => {});
    await Promise.race([
      this.spool.drain().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref()),
    ]);
    await this.spool.close();
    const left = this.spool.stats.pendingFiles;
    await this.store.close();
    this.eventLoop.stop();
    return left;
  }
}
