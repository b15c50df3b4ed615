import type { SharedLedger } from "@ishizue/ledger";
import type { ReceiverPlan, ReceiverStats, RelayStats, StreamStats } from "@ishizue/receive";
import type { EncodedBlock } from "@ishizue/store";
import type { AddressedState } from "@ishizue/wire";
import type { Config } from "../config/schema.ts";
import type { ExportedNatEvents } from "../pipeline/sink.ts";
import type { ExporterDetail, ExporterSnapshot } from "../status/snapshot.ts";
import type { MovingExporter } from "./moving.ts";

/** What every receiving thread starts with; structured-cloneable. */
export interface ThreadSetup {
  readonly worker: number;
  readonly config: Config;
  readonly ledger: SharedLedger;
  /** Counters (`Counter`), of Float64. */
  readonly counts: SharedArrayBuffer;
  /** Octets taken by bucket, of Float64; empty where there are no buckets. */
  readonly loads: SharedArrayBuffer;
}

/** What a thread that receives datagrams starts with. */
export interface WorkerSetup extends ThreadSetup {
  /** How many there are. */
  readonly workers: number;
  readonly plan: ReceiverPlan;
  /** Exporters that are not listed, of Int32, one count a worker. */
  readonly places: SharedArrayBuffer;
  /** Which worker has which bucket. */
  readonly workerOfBucket: Uint8Array;
  /** What exporters taught before, of all workers: parts of `Remembered.encode`. */
  readonly states: readonly Uint8Array[];
}

/** Buckets that change hands, with what is known of their exporters. */
export interface Handover {
  readonly exporters: readonly MovingExporter[];
  /** Of exporters that were not heard since the start. */
  readonly remembered: readonly AddressedState[];
}

/** What is asked of a worker and answered with `done` under the same `id`. */
export type Request =
  /** Hands on what waits, and ends the wait for late messages. Answer: null. */
  | { kind: "flush" }
  /** Answer: WorkerReport. */
  | { kind: "report" }
  /** Answer: ExporterDetail, or null where the worker does not have it. */
  | { kind: "detail"; address: string }
  /** Answer: Uint8Array[], what exporters taught, parts for the file. */
  | { kind: "states" }
  /** Datagrams of these buckets will come: keeps them until `adopt`. Answer: null. */
  | { kind: "park"; buckets: readonly number[] }
  /** These buckets go to `owner`: reads what came before, gives their exporters away. Answer: Handover. */
  | { kind: "release"; buckets: readonly number[]; owner: number }
  /** Takes the exporters of these buckets, and what was parked. Answer: null. */
  | { kind: "adopt"; buckets: readonly number[]; handover: Handover }
  /** Closes the receiver and hands everything on. Answer: Uint8Array[], as of `states`. */
  | { kind: "stop" };

/** Main thread to worker. */
export type Order =
  | ({ id: number } & Request)
  /** The ledger's shared arrays were replaced by wider ones. */
  | { kind: "ledger"; shared: SharedLedger }
  /** A block is on the disk, or given up: its memory may be used again. */
  | { kind: "written"; id: number }
  /** A datagram that another worker received: of a bucket of this one's. */
  | { kind: "datagram"; datagram: PassedDatagram };

/** A datagram on its way between workers. */
export interface PassedDatagram {
  readonly address: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly arrivalMs: number;
}

/** Worker to main thread. */
export type News =
  | { kind: "listening"; ports: readonly number[] }
  /** What an operator can mend: it cannot listen. */
  | { kind: "fault"; message: string; code: string; advice: string }
  /** A block of flows in shared memory, for the spool; answered with `written`. */
  | { kind: "block"; id: number; block: EncodedBlock }
  /** A block of another table, for the spool. */
  | { kind: "rows"; table: string; block: Uint8Array }
  /** NAT events for the ledger. */
  | { kind: "natEvents"; events: ExportedNatEvents }
  /** A datagram of a bucket that is another worker's. */
  | { kind: "datagram"; owner: number; datagram: PassedDatagram }
  | { kind: "done"; id: number; answer: unknown };

/** What a worker tells of itself. */
export interface WorkerReport {
  readonly receiver: ReceiverStats | null;
  readonly relay: RelayStats | null;
  /** Exporters it has. */
  readonly exportersSeen: number;
  /** At most `status.exporters` of them, in order of appearance. */
  readonly exporters: readonly ExporterSnapshot[];
}

/** What the thread of IPFIX over TCP and TLS tells of itself. */
export interface StreamReport {
  readonly stream: StreamStats | null;
  readonly port: number | null;
  readonly tlsPort: number | null;
  /** Sessions, each an exporter. */
  readonly exportersSeen: number;
  /** At most `status.exporters` of them. */
  readonly exporters: readonly ExporterSnapshot[];
}

export type DetailAnswer = ExporterDetail | null;
