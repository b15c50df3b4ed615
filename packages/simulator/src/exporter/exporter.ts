import type { FlowColumns } from "./columns.ts";
import type { ExporterFaults } from "./faults.ts";

/** One datagram of an exporter. */
export interface ExportedDatagram {
  /** When it left, milliseconds since the epoch (a whole second and its place within it). */
  readonly timeMs: number;
  /** Valid for as long as it is referenced; not written again. */
  readonly bytes: Uint8Array;
  /** Flow records in it. */
  readonly records: number;
}

/** Writes the messages of one protocol; knows templates and sequence numbers. */
export interface MessageFormat {
  /** Octets of a message's header. */
  readonly headerBytes: number;
  /** Begins anew at `bootMs`, a whole second: sequence numbers from 0, uptime from there. */
  restart(bootMs: number): void;
  /** Octets of one record. */
  recordBytes(ipVersion: number): number;
  /** Templates, options templates and the options data that says the sampling interval. */
  writeTemplates(bytes: Uint8Array, exportS: number): number;
  /** One message with the given rows, IPv4 first. */
  writeRecords(
    bytes: Uint8Array,
    exportS: number,
    flows: FlowColumns,
    ipv4: Uint32Array,
    ipv4Count: number,
    ipv6: Uint32Array,
    ipv6Count: number,
  ): number;
}

/** A message and its sets stay within this many octets, and a message holds this many records at most. */
const messageBytes = 1400;
const setHeaderBytes = 4;
const mostRecords = 64;
/** Records wait no longer than this for company: with the inactive time-out, less than the active time-out of 60 s. */
const longestWaitS = 30;

/**
 * Orders an exporter's records by the second in which they leave and fills messages with them.
 *
 * `add` to `flows`, then `drain(untilS)`: every record that leaves before `untilS` goes out, the others stay.
 * Templates and options are sent at the start of every drain (each simulated hour) and after every
 * `templateRefreshMessages` messages.
 */
export class ExportQueue {
  readonly flows: FlowColumns;
  #lostRecords = 0;
  readonly #format: MessageFormat;
  readonly #templateRefreshMessages: number;
  readonly #ipv4 = new Uint32Array(mostRecords);
  readonly #ipv6 = new Uint32Array(mostRecords);
  #sinceTemplates = 0;
  /** Restarts to come; one that an hour's drain has passed is taken off. */
  #outages: ExporterFaults["outages"] = [];
  #upSinceMs = -Infinity;

  constructor(flows: FlowColumns, format: MessageFormat, templateRefreshMessages: number) {
    this.flows = flows;
    this.#format = format;
    this.#templateRefreshMessages = templateRefreshMessages;
  }

  /** Restarts of a week: what would leave meanwhile, and what has begun before the end of it, is lost. */
  goDown(outages: ExporterFaults["outages"]): void {
    this.#outages = outages;
  }

  /** Records that went with a restart since this was last asked. */
  takeLost(): number {
    const lost = this.#lostRecords;
    this.#lostRecords = 0;
    return lost;
  }

  /** Datagrams in order of time; `fromS` is when the drain's templates leave. */
  drain(fromS: number, untilS: number): ExportedDatagram[] {
    const { flows } = this;
    const order = this.#order(fromS, untilS);
    const leaving = order.length;
    const out: ExportedDatagram[] = [];
    const arena = new Arena();
    const format = this.#format;
    let ipv4Count = 0;
    let ipv6Count = 0;
    let bytes = format.headerBytes;
    let firstS = fromS;
    let lastS = fromS;
    let withinSecond = 0;
    const emit = (exportS: number, lengthBytes: number, records: number): void => {
      withinSecond = exportS === lastS ? withinSecond + 1 : 0;
      lastS = exportS;
      // Messages of one second stay apart and in order on a capture's clock.
      const timeMs = exportS * 1000 + Math.min(999, withinSecond * 0.001);
      out.push({ timeMs, bytes: arena.keep(lengthBytes), records });
      this.#sinceTemplates++;
    };
    const templates = (exportS: number): void => {
      emit(exportS, format.writeTemplates(arena.next(), exportS), 0);
      this.#sinceTemplates = 0;
    };
    const flush = (exportS: number): void => {
      if (ipv4Count + ipv6Count === 0) return;
      if (this.#sinceTemplates >= this.#templateRefreshMessages) templates(exportS);
      const lengthBytes = format.writeRecords(
        arena.next(),
        exportS,
        flows,
        this.#ipv4,
        ipv4Count,
        this.#ipv6,
        ipv6Count,
      );
      emit(exportS, lengthBytes, ipv4Count + ipv6Count);
      ipv4Count = 0;
      ipv6Count = 0;
      bytes = format.headerBytes;
    };
    templates(fromS);
    let nowS = fromS;
    for (let i = 0; i < leaving; i++) {
      const row = order[i];
      const outage = this.#outages[0];
      const down = outage !== undefined && flows.exportS[row] * 1000 >= outage.fromMs;
      if (down) flush(Math.min(nowS, outage.fromMs / 1000));
      if (flows.startMs[row] < (down ? outage.toMs : this.#upSinceMs)) {
        this.#lostRecords++;
        continue;
      }
      if (down) {
        this.#outages = this.#outages.slice(1);
        this.#upSinceMs = outage.toMs;
        format.restart(outage.toMs);
        nowS = outage.toMs / 1000;
        templates(nowS);
      }
      const exportS = Math.max(nowS, flows.exportS[row]);
      if (ipv4Count + ipv6Count > 0 && exportS - firstS >= longestWaitS) flush(firstS + longestWaitS);
      const version = flows.ipVersion[row];
      // Worst case: a set header of its own and three octets of padding.
      const more = format.recordBytes(version) + setHeaderBytes + 3;
      if (bytes + more > messageBytes || ipv4Count + ipv6Count === mostRecords) flush(nowS);
      if (ipv4Count + ipv6Count === 0) firstS = exportS;
      const opens = version === 4 ? ipv4Count === 0 : ipv6Count === 0;
      bytes += format.recordBytes(version) + (opens ? setHeaderBytes + 3 : 0);
      if (version === 4) this.#ipv4[ipv4Count++] = row;
      else this.#ipv6[ipv6Count++] = row;
      nowS = exportS;
    }
    flush(nowS);
    this.#keepRest(untilS, leaving);
    return out;
  }

  /** Rows that leave before `untilS`, by second; rows of one second in the order they were made. */
  #order(fromS: number, untilS: number): Uint32Array {
    const { exportS, count } = this.flows;
    const seconds = Math.max(1, untilS - fromS);
    const starts = new Uint32Array(seconds + 1);
    const secondOf = (row: number): number => Math.max(0, exportS[row] - fromS);
    for (let row = 0; row < count; row++) if (exportS[row] < untilS) starts[secondOf(row) + 1]++;
    for (let second = 0; second < seconds; second++) starts[second + 1] += starts[second];
    const order = new Uint32Array(starts[seconds]);
    for (let row = 0; row < count; row++) {
      if (exportS[row] < untilS) order[starts[secondOf(row)]++] = row;
    }
    return order;
  }

  #keepRest(untilS: number, leaving: number): void {
    const { flows } = this;
    const rest = new Uint32Array(flows.count - leaving);
    let at = 0;
    for (let row = 0; row < flows.count; row++) if (flows.exportS[row] >= untilS) rest[at++] = row;
    flows.retain(rest);
  }
}

const arenaBytes = 1 << 20;
const largestMessageBytes = 2048;

/** Memory for messages in large pieces: each is written once and belongs to its reader. */
class Arena {
  #piece = new Uint8Array(arenaBytes);
  #used = 0;

  /** Room for the next message. */
  next(): Uint8Array {
    if (this.#used + largestMessageBytes > this.#piece.length) {
      this.#piece = new Uint8Array(arenaBytes);
      this.#used = 0;
    }
    return this.#piece.subarray(this.#used, this.#used + largestMessageBytes);
  }

  /** Keeps the first `lengthBytes` of what `next` gave. */
  keep(lengthBytes: number): Uint8Array {
    const message = this.#piece.subarray(this.#used, this.#used + lengthBytes);
    this.#used += lengthBytes;
    return message;
  }
}
