import {
  type BindingEvent,
  bindingsOf,
  type NatEventCounts,
  noNatEvents,
  SourceList,
  SyslogServer,
  type SyslogStats,
} from "@ishizue/ledger";
import type { Config } from "../config/schema.ts";
import { vrfDomains, vrfNumberDomains } from "../config/sharing.ts";
import type { ExportedNatEvents } from "../pipeline/sink.ts";
import { SyslogCertificates } from "./syslog-tls.ts";

/** What NATs told of addresses that lines share. */
export interface SharingSnapshot {
  /** NAT events of flow exports; null where they are not taken. */
  readonly natEvents:
    | (Readonly<NatEventCounts> & {
        /** Of exporters that are not among `sharing.natEvents.from`. */
        readonly unknownExporter: number;
        /** Past `sharing.inFlight`. */
        readonly lost: number;
        /** Could not be made durable. */
        readonly failed: number;
      })
    | null;
  /** null where nothing listens for it. */
  readonly syslog:
    | (Readonly<SyslogStats> & {
        readonly udpPort: number | null;
        readonly tcpPort: number | null;
        readonly tlsPort: number | null;
      })
    | null;
  /** Bindings that are not durable yet. */
  readonly waiting: number;
}

/** Takes NAT events and syslog messages of NATs into the ledger; `learn` resolves when what they tell is durable. */
export class SharingIntake {
  private readonly config: Config;
  private readonly learn: (events: readonly BindingEvent[]) => Promise<void>;
  private readonly sources: SourceList | null;
  private readonly counts = { ...noNatEvents(), unknownExporter: 0, lost: 0, failed: 0 };
  private readonly insideDomains = new Map<string, (vrf: number) => string>();
  private syslog: SyslogServer | null = null;
  private certificates: SyslogCertificates | null = null;
  private waiting = 0;

  /** Errors: LedgerFault BAD_PREFIX of `sharing.natEvents.from`. */
  constructor(config: Config, learn: (events: readonly BindingEvent[]) => Promise<void>) {
    this.config = config;
    this.learn = learn;
    const from = config.sharing.natEvents?.from ?? [];
    this.sources = from.length === 0 ? null : new SourceList("sharing.natEvents.from", from);
  }

  /** Opens the ports for syslog, where the configuration has it. Errors: a port in use, an address that is not here, a certificate. */
  async listen(): Promise<void> {
    const { syslog, inFlight } = this.config.sharing;
    if (syslog === undefined) return;
    const { host, udpPort, tcpPort, tls, from, timeZone, domain, connections } = syslog;
    if (tls !== undefined) this.certificates = new SyslogCertificates(tls);
    this.syslog = await SyslogServer.open({
      host,
      udpPort,
      tcpPort,
      tls: this.certificates?.open() ?? null,
      from,
      connections,
      inFlight,
      reading: { timeZone, domain, insideDomain: vrfDomains(this.config.routingDomains, domain) },
      onEvents: (events) => this.keep(events),
    });
    this.certificates?.watch(this.syslog, (problem) => console.error(`ishizue: ${problem}`));
  }

  /** Resolves when the events are durable, or counted as lost. Never rejects. */
  async takeNatEvents({ batch, address, arrivalMs }: ExportedNatEvents): Promise<void> {
    const { counts } = this;
    if (this.sources?.has(address) === false) {
      counts.unknownExporter += batch.rowCount;
      return;
    }
    if (this.waiting + batch.rowCount > this.config.sharing.inFlight) {
      counts.lost += batch.rowCount;
      return;
    }
    const reading = {
      nas: address,
      knownMs: Date.now(),
      arrivalMs,
      insideDomain: this.insideDomain(address),
    };
    const events = [...bindingsOf(batch, reading, counts)];
    await this.keep(events).catch(() => {
      counts.failed += events.length;
    });
  }

  snapshot(): SharingSnapshot {
    const { counts, syslog, waiting } = this;
    return {
      natEvents: this.config.sharing.natEvents === null ? null : { ...counts },
      syslog:
        syslog === null
          ? null
          : {
              ...syslog.stats,
              dropped: { ...syslog.stats.dropped },
              udpPort: syslog.udpPort,
              tcpPort: syslog.tcpPort,
              tlsPort: syslog.tlsPort,
            },
      waiting,
    };
  }

  /** Takes no more; resolves when what was taken is durable. */
  async close(): Promise<void> {
    this.certificates?.close();
    await this.syslog?.close();
  }

  private async keep(events: readonly BindingEvent[]): Promise<void> {
    if (events.length === 0) return;
    this.waiting += events.length;
    try {
      await this.learn(events);
    } finally {
      this.waiting -= events.length;
    }
  }

  private insideDomain(address: string): (vrf: number) => string {
    let domains = this.insideDomains.get(address);
    if (domains === undefined) {
      domains = vrfNumberDomains(this.config.routingDomains, address);
      // As many as there are exporters, which have a bound.
      this.insideDomains.set(address, domains);
    }
    return domains;
  }
}
