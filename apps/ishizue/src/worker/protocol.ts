import type { SharedLedger } from "@ishizue/ledger";
import type { ReceiverStats } from "@ishizue/receive";
import type { EncodedBlock } from "@ishizue/store";
import type { Config } from "../config/schema.ts";
import type { ExporterDetail, ExporterSnapshot } from "../status/snapshot.ts";
import type { ReceiverPlan } from "./receiver.ts";

/** What a worker starts with; structured-cloneable. */
export interface WorkerSetup {
  readonly worker: number;
  /** How many there are. */
  readonly workers: number;
  readonly config: Config;
  readonly plan: ReceiverPlan;
  readonly ledger: SharedLedger;
  /** Counters (`Counter`), of Float64. */
  readonly counts: SharedArrayBuffer;
  /** Exporters that are not listed, of Int32, one count a worker. */
  readonly places: SharedArrayBuffer;
}

/** What is asked of a worker and answered with `done` under the same `id`. */
export type Request =
  /** Hands on what waits, and ends the wait for late messages. Answer: null. */
  | { kind: "flush" }
  /** Answer: WorkerReport. */
  | { kind: "report" }
  /** Answer: ExporterDetail, or null where the worker does not have it. */
  | { kind: "detail"; address: string }
  /** Closes the receiver and hands everything on. Answer: null. */
  | { kind: "stop" };

/** Main thread to worker. */
export type Order =
  | ({ id: number } & Request)
  /** The ledger's shared arrays were replaced by wider ones. */
  | { kind: "ledger"; shared: SharedLedger }
  /** A block is on the disk, or given up: its memory may be used again. */
  | { kind: "written"; id: number };

/** Worker to main thread. */
export type News =
  | { kind: "listening"; ports: readonly number[] }
  /** What an operator can mend: it cannot listen. */
  | { kind: "fault"; message: string; code: string; advice: string }
  /** A block of flows in shared memory, for the spool; answered with `written`. */
  | { kind: "block"; id: number; block: EncodedBlock }
  /** A block of another table, for the spool. */
  | { kind: "rows"; table: string; block: Uint8Array }
  | { kind: "done"; id: number; answer: unknown };

/** What a worker tells of itself. */
export interface WorkerReport {
  readonly receiver: ReceiverStats | null;
  /** Exporters it has. */
  readonly exportersSeen: number;
  /** At most `status.exporters` of them, in order of appearance. */
  readonly exporters: readonly ExporterSnapshot[];
}

export type DetailAnswer = ExporterDetail | null;
