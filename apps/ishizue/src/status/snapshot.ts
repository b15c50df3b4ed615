import type { AccountingStats, LedgerStats } from "@ishizue/ledger";
import type {
  ClockEstimate,
  RelayStats,
  SampleSummary,
  SequenceUnit,
  SessionFaults,
  StreamStats,
} from "@ishizue/receive";
import type { SpoolStats } from "@ishizue/store";
import type { EventLoopSnapshot } from "../collector/event-loop.ts";
import type { SharingSnapshot } from "../collector/sharing.ts";
import type { Role } from "../config/schema.ts";

/** Where a sampling interval came from, in the order in which one wins over the next. */
export type SamplingOriginName = "override" | "record" | "options" | "default" | "unknown";

/** What the messages of one protocol version told; `VersionTotals` with what follows from it. */
export interface VersionSnapshot {
  /** 1, 5, 6, 7, 9, 10 (IPFIX), 105 (sFlow version 5). */
  readonly version: number;
  /** What `received` and `lost` count. */
  readonly unit: SequenceUnit;
  readonly messages: number;
  readonly records: number;
  readonly received: number;
  readonly lost: number;
  /** 0 to 1, of what was sent; null where the protocol has no numbers. */
  readonly lostShare: number | null;
  /** Records lost: exact where `unit` is a record, else estimated; null where nobody can tell. */
  readonly lostRecords: number | null;
  readonly duplicates: number;
  readonly reordered: number;
  readonly restarts: number;
  readonly untracked: number;
}

/** One exporter in plain data: what `ishizue status` and the metrics are made of. Times are milliseconds since the epoch, null where there is none. */
export interface ExporterSnapshot {
  readonly address: string;
  /** By the configuration. */
  readonly name: string | null;
  readonly role: Role;
  /** Whether the configuration lists it. */
  readonly listed: boolean;
  /** The worker that owns it. */
  readonly worker: number;
  readonly messages: number;
  readonly records: number;
  readonly octets: number;
  /** Over the last minute. */
  readonly recordsPerSecond: number;
  readonly firstMessageMs: number | null;
  readonly lastMessageMs: number | null;
  /** When it booted, by its own word. */
  readonly bootTimeMs: number | null;
  readonly versions: readonly VersionSnapshot[];
  /** sFlow samples by their own numbers; null for an exporter of no sFlow. */
  readonly samples: SampleSummary | null;
  /** Its clock against ours; null where its messages carry no time (sFlow). */
  readonly clock: ClockEstimate | null;
  readonly templates: {
    /** Templates and options templates held. */
    readonly count: number;
    /** When it last sent one. */
    readonly lastMs: number | null;
    readonly changes: number;
    readonly withdrawals: number;
  };
  /** Data sets without a template: they wait for it, bounded. */
  readonly held: {
    readonly waiting: number;
    /** Those that were read when it came; `faults.undecodedSets` counts them too. */
    readonly released: number;
  };
  readonly sampling: {
    /** Intervals that its records came with, the most common first; at most 8. */
    readonly intervals: readonly {
      /** One packet in N; null = unknown. */
      readonly samplingInterval: number | null;
      readonly origin: SamplingOriginName;
      /** Messages whose first record had it. */
      readonly messages: number;
      readonly lastMs: number;
    }[];
    /** Samplers and interfaces that its options data told an interval for. */
    readonly samplers: number;
  };
  readonly faults: Readonly<SessionFaults>;
}

/** What one receive worker did. */
export interface WorkerSnapshot {
  readonly worker: number;
  readonly datagrams: number;
  readonly octets: number;
  readonly records: number;
  readonly exporters: number;
  /** Datagrams that the kernel dropped before this worker's sockets were read; null where the system does not tell. */
  readonly kernelDrops: number | null;
}

/** The receivers of all workers together. */
export interface ReceiverSnapshot {
  readonly kind: string;
  /** Why this kind, and why not a better one: a sentence each. */
  readonly why: readonly string[];
  readonly datagrams: number;
  readonly octets: number;
  /** null where the system does not tell. */
  readonly kernelDrops: number | null;
  /** null where this kind of receiver cannot see them. */
  readonly fragments: number | null;
  readonly badChecksums: number | null;
  readonly truncated: number | null;
  readonly socketErrors: number;
  readonly sockets: readonly {
    readonly address: string;
    readonly port: number;
    readonly receiveBufferBytes: number;
    readonly kernelDrops: number | null;
  }[];
}

/** The pipelines of all workers together. */
export interface PipelineSnapshot {
  readonly datagrams: number;
  readonly octets: number;
  readonly records: number;
  readonly optionsRecords: number;
  readonly templates: number;
  /** Messages with a template that was not known so. */
  readonly templatesLearned: number;
  readonly unknownVersion: number;
  readonly malformedMessages: number;
  readonly undecodedSets: number;
  /** Of the undecoded: put aside until their template comes, decoded when it came, given up. */
  readonly heldSets: number;
  readonly releasedSets: number;
  readonly droppedSets: number;
  readonly malformedSets: number;
  readonly malformedRecords: number;
  readonly nonFlowRecords: number;
  /** Taken for the ledger, and past what one message may bring. */
  readonly natEvents: number;
  readonly natEventsLost: number;
  /** Records with a line at one end at least. */
  readonly attributed: number;
  /** Records of unknown sampling interval: in no estimate. */
  readonly unknownInterval: number;
  /** Records whose own time was missing or out of bound. */
  readonly timedByArrival: number;
  /** Records with an end in a VRF or VNI that the configuration names in no routing domain. */
  readonly unknownRoutingDomain: number;
  /** Rows refused by the spool or given up because the disk did not keep up. */
  readonly rowsLost: number;
  /** Rows durable in the spool. */
  readonly rowsDurable: number;
  /** Of exporters past `limits.exporters`. */
  readonly refusedDatagrams: number;
  /** Received by another worker than the one that has their exporter, and passed on to it. */
  readonly strayDatagrams: number;
  /** Past the bound of that, or of what waits for an exporter that moves. */
  readonly strayDatagramsLost: number;
  /** Rows that are not yet on their way to the disk. */
  readonly waitingRows: number;
}

/** The disk that a folder is on. */
export interface DiskSnapshot {
  /** That this user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Records attributed anew by what the ledger learned late; counts since the start. */
export interface ReattributionSnapshot {
  readonly state: "off" | "waiting" | "running";
  /** Why it is off. */
  readonly why: string | null;
  /** How long attribution is provisional after a record came in. */
  readonly graceSeconds: number;
  readonly runs: number;
  /** Number of the last correction of the rollups; 0 before the first run. */
  readonly revision: number;
  /** When the last run ended. */
  readonly lastMs: number | null;
  readonly records: number;
  /** Estimates: of lines that had none before, of nobody now, of another line, of the same line that became listed. */
  readonly gainedOctets: number;
  readonly lostOctets: number;
  readonly movedOctets: number;
  readonly filledOctets: number;
  readonly failures: number;
  /** Of the last run; '' where it did not fail. */
  readonly lastFailure: string;
}

/** Everything that GET /status answers with, merged from all workers; docs/status.md lists it. */
export interface CollectorStatus {
  /** Of the spool: ok, retrying, full. */
  readonly state: string;
  readonly upSeconds: number;
  readonly ports: {
    /** UDP. */
    readonly flow: readonly number[];
    /** TCP and TLS; null where nothing listens. */
    readonly stream: number | null;
    readonly streamTls: number | null;
    readonly accounting: number | null;
    readonly status: number | null;
  };
  readonly receiver: ReceiverSnapshot | null;
  readonly workers: readonly WorkerSnapshot[];
  /** IPFIX over TCP and TLS; null where nothing listens for it. */
  readonly stream: StreamStats | null;
  /** What was forwarded to other collectors; null where nothing is. */
  readonly relay: RelayStats | null;
  readonly accounting: AccountingStats | null;
  /** What NATs told of addresses that lines share. */
  readonly sharing: SharingSnapshot;
  readonly pipeline: PipelineSnapshot;
  readonly spool: Readonly<SpoolStats>;
  /** Of the data folder; null where the system does not tell. */
  readonly disk: DiskSnapshot | null;
  /** Of the main thread, which has accounting, the spool and this answer. */
  readonly eventLoop: EventLoopSnapshot;
  readonly ledger: LedgerStats;
  /** What the ledger settled and the disk did not take in time: counted in `ledger.resolutions`, and not listed. */
  readonly resolutionsLost: number;
  readonly reattribution: ReattributionSnapshot;
  /** Exporters seen; `exporters` lists at most `status.exporters` of them, in order of appearance. */
  readonly exportersSeen: number;
  readonly exporters: readonly ExporterSnapshot[];
}

/** A template or an options template, its fields by name. */
export interface TemplateDetail {
  readonly templateId: number;
  readonly kind: "template" | "optionsTemplate";
  /** When the exporter last sent it, to the minute; null = not known. */
  readonly lastMs: number | null;
  /** How many of the first fields are the scope. */
  readonly scopeFieldCount: number;
  /** Of a record; of the shortest possible one where `variableLength`. */
  readonly recordOctets: number;
  readonly variableLength: boolean;
  /** `length` in octets; null where each record says its own. */
  readonly fields: readonly { readonly name: string; readonly length: number | null }[];
}

/** What one observation domain of an exporter taught. */
export interface DomainDetail {
  readonly protocol: "NetFlow v9" | "IPFIX";
  readonly observationDomainId: number;
  readonly templates: readonly TemplateDetail[];
  /** One packet in N of the whole domain; null = not told. */
  readonly samplingInterval: number | null;
  /** Told of by options data: an interval, a name, or both. */
  readonly samplers: readonly {
    readonly samplerId: number;
    readonly name: string | null;
    readonly samplingInterval: number | null;
  }[];
  /** By SNMP index. */
  readonly interfaces: readonly {
    readonly interface: number;
    readonly name: string | null;
    readonly description: string | null;
    readonly samplingInterval: number | null;
  }[];
  /** `applicationId` in hexadecimal (RFC 6759). */
  readonly applications: readonly {
    readonly applicationId: string;
    readonly name: string | null;
    readonly description: string | null;
    readonly category: string | null;
  }[];
  readonly vrfs: readonly { readonly vrfId: number; readonly name: string }[];
}

/** Everything about one exporter: what `ishizue status EXPORTER` shows. */
export interface ExporterDetail extends ExporterSnapshot {
  readonly domains: readonly DomainDetail[];
  /** Past the bound of what is shown. */
  readonly notShown: {
    readonly templates: number;
    readonly samplers: number;
    readonly interfaces: number;
    readonly applications: number;
    readonly vrfs: number;
  };
}
