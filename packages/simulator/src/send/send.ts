import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { SimulatorEvent } from "../event.ts";
import type { Provider } from "../provider.ts";
import { AccountingClient } from "./accounting-client.ts";
import { SendFault } from "./fault.ts";

export interface SendProgress {
  /** Simulated time that has been sent. */
  readonly timeMs: number;
  readonly datagrams: number;
  readonly records: number;
  readonly accounting: number;
}

export interface SendOptions {
  readonly collector: { readonly host: string; readonly netflowPort: number; readonly ipfixPort: number };
  /** Left out: no accounting is sent. */
  readonly accounting?: { readonly host: string; readonly port: number; readonly secret: string };
  /**
   * Datagrams the collector has taken so far, counted from any start. With it nothing is lost at full speed;
   * without it datagrams go out at `datagramsPerSecond`.
   */
  readonly received?: () => Promise<number> | number;
  /** Datagrams on their way at once, at most; 48 unless given (a socket buffer of 212 kB). */
  readonly windowDatagrams?: number;
  /** Without `received`; 20,000 unless given. */
  readonly datagramsPerSecond?: number;
  /** A collector that takes nothing for this long has lost what is on its way; 5,000 unless given. */
  readonly stallMs?: number;
  /** Simulated time by which accounting may run ahead of flows; 900,000 unless given. */
  readonly accountingLeadMs?: number;
  /** Tries of one Accounting-Request; 10 unless given. */
  readonly accountingAttempts?: number;
  /** Send from the exporters' own addresses; true unless given. */
  readonly bind?: boolean;
  /** Called about once for every `accountingLeadMs` of simulated time. */
  readonly onProgress?: (progress: SendProgress) => void;
  readonly signal?: AbortSignal;
}

export interface SendResult {
  datagrams: number;
  records: number;
  accounting: number;
  /** Accounting-Requests repeated because their response was late. */
  retransmitted: number;
  /** Datagrams that the collector did not take before it stalled; 0 without `received`. */
  unacknowledged: number;
}

type Datagram = Extract<SimulatorEvent, { kind: "datagram" }>;
type Accounting = Extract<SimulatorEvent, { kind: "radius" }>;

/**
 * Sends a run: in stretches of simulated time, first the accounting of the stretch (each event until its
 * response is there), then its datagrams, in order and never more of them on their way than the window.
 *
 * Outcomes: resolves when everything has been sent and, with `received`, taken. Throws a SendFault where the
 * accounting server stays silent or the collector's port is closed, and the signal's reason when aborted.
 */
export async function sendEvents(provider: Provider, options: SendOptions): Promise<SendResult> {
  const { collector, accounting } = options;
  const sockets: Socket[] = [];
  const clients: AccountingClient[] = [];
  const result: SendResult = { datagrams: 0, records: 0, accounting: 0, retransmitted: 0, unacknowledged: 0 };
  try {
    const flows: Socket[] = [];
    for (const exporter of provider.exporters) {
      const from = options.bind === false ? undefined : exporter.address;
      const port = exporter.protocol === "ipfix" ? collector.ipfixPort : collector.netflowPort;
      flows.push(await connect(collector.host, port, from, sockets));
      // The routers that lines connect to are the NAS too.
      if (accounting === undefined || exporter.role !== "edge") continue;
      const socket = await connect(accounting.host, accounting.port, from, sockets);
      // A refused request is repeated like a lost one.
      socket.on("error", () => {});
      clients.push(new AccountingClient(socket, accounting.secret, options.accountingAttempts ?? 10));
    }
    const credit = new Credit(flows, options);
    const leadMs = options.accountingLeadMs ?? 900_000;
    let untilMs = -Infinity;
    let requests: Accounting[] = [];
    let datagrams: Datagram[] = [];
    const flush = async (): Promise<void> => {
      options.signal?.throwIfAborted();
      await sendAccounting(clients, requests);
      result.accounting += clients.length > 0 ? requests.length : 0;
      for (const { exporter, bytes, records } of datagrams) {
        await credit.send(exporter, bytes);
        result.datagrams++;
        result.records += records;
      }
      requests = [];
      datagrams = [];
      options.onProgress?.({
        timeMs: untilMs,
        datagrams: result.datagrams,
        records: result.records,
        accounting: result.accounting,
      });
    };
    for await (const event of provider.events()) {
      if (event.timeMs >= untilMs) {
        if (untilMs !== -Infinity) await flush();
        untilMs = Math.floor(event.timeMs / leadMs + 1) * leadMs;
      }
      if (event.kind === "radius") requests.push(event);
      else datagrams.push(event);
    }
    await flush();
    await credit.settle();
    result.unacknowledged = credit.unacknowledged;
    result.retransmitted = clients.reduce((sum, client) => sum + client.retransmitted, 0);
    return result;
  } finally {
    for (const client of clients) client.close();
    for (const socket of sockets) socket.close();
  }
}

/** In order and many at a time; all answered when this resolves. */
async function sendAccounting(
  clients: readonly AccountingClient[],
  requests: readonly Accounting[],
): Promise<void> {
  if (clients.length === 0) return;
  await Promise.all(
    clients.map(async (client, exporter) => {
      const answers: Promise<void>[] = [];
      for (const request of requests) {
        if (request.exporter === exporter) answers.push(client.send(request.fields));
      }
      await Promise.all(answers);
    }),
  );
}

async function connect(
  host: string,
  port: number,
  from: string | undefined,
  sockets: Socket[],
): Promise<Socket> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  sockets.push(socket);
  const loopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  // An exporter's loopback address reaches nothing but this machine.
  if (from !== undefined && (loopback || !from.startsWith("127."))) {
    socket.bind(0, from);
    await once(socket, "listening");
  }
  socket.connect(port, host);
  await once(socket, "connect");
  return socket;
}

/** Keeps the datagrams on their way within the window. */
class Credit {
  unacknowledged = 0;
  readonly #flows: readonly Socket[];
  readonly #options: SendOptions;
  readonly #window: number;
  #sent = 0;
  /** What `received` said at the start; NaN before it was asked. */
  #origin = Number.NaN;
  #taken = 0;
  #refused: Error | undefined;
  #paceMs = 0;

  constructor(flows: readonly Socket[], options: SendOptions) {
    this.#flows = flows;
    this.#options = options;
    this.#window = options.windowDatagrams ?? 48;
    for (const socket of flows) socket.on("error", (error) => (this.#refused = error));
  }

  async send(exporter: number, bytes: Uint8Array): Promise<void> {
    if (Number.isNaN(this.#origin)) await this.#ask();
    if (this.#sent - this.#taken >= this.#window) await this.#wait(Math.floor(this.#window / 2));
    this.#flows[exporter].send(bytes);
    this.#sent++;
    if (this.#options.received === undefined) await this.#pace();
  }

  /** Waits until everything sent has been taken or given up. */
  async settle(): Promise<void> {
    if (this.#sent > this.#taken && this.#options.received !== undefined) await this.#wait(0);
  }

  async #ask(): Promise<void> {
    const { received } = this.#options;
    if (received === undefined) {
      this.#origin = 0;
      this.#taken = this.#sent;
      return;
    }
    const count = await received();
    if (Number.isNaN(this.#origin)) this.#origin = count;
    this.#taken = count - this.#origin + this.unacknowledged;
  }

  /** Until at most `most` datagrams are on their way. */
  async #wait(most: number): Promise<void> {
    let since = Date.now();
    for (let turn = 0; ; turn++) {
      this.#options.signal?.throwIfAborted();
      const before = this.#taken;
      await this.#ask();
      if (this.#sent - this.#taken <= most) return;
      if (this.#refused !== undefined) {
        throw new SendFault(
          "collector-unreachable",
          `the collector's port refuses datagrams: ${this.#refused.message}`,
        );
      }
      if (this.#taken > before) since = Date.now();
      else if (Date.now() - since > (this.#options.stallMs ?? 5000)) {
        this.unacknowledged += this.#sent - this.#taken;
        this.#taken = this.#sent;
        return;
      }
      await (turn < 20 ? nextTurn() : pause(1));
    }
  }

  async #pace(): Promise<void> {
    this.#taken = this.#sent;
    if (this.#sent % 16 !== 0) return;
    if (this.#refused !== undefined) {
      throw new SendFault(
        "collector-unreachable",
        `the collector's port refuses datagrams: ${this.#refused.message}`,
      );
    }
    const now = performance.now();
    const due = this.#paceMs === 0 ? now : this.#paceMs;
    this.#paceMs = Math.max(due, now - 50) + 16_000 / (this.#options.datagramsPerSecond ?? 20_000);
    await (due > now + 1 ? pause(due - now) : nextTurn());
  }
}
