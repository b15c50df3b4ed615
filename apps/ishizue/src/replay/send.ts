import { CaptureReader, Pace, Relay, type ReplaySpeed, SourceTable } from "@ishizue/receive";
import { statSync } from "node:fs";
import type { Stages } from "../progress/stages.ts";
import { isRadius, passedOver } from "./passed-over.ts";

export interface SendOptions {
  readonly to: readonly { host: string; port: number }[];
  readonly speed: ReplaySpeed;
  readonly maxGapMs: number | undefined;
  /** Never send from the exporters' addresses. */
  readonly ownAddress: boolean;
}

/** How often the progress is shown. */
const UPDATE_MS = 100;
/** At full speed: how many datagrams go between looks at signals and at what waits. */
const BURST = 64;
/** What may wait for the system before the replay waits for it. */
const MAX_QUEUED_OCTETS = 1_048_576;

/**
 * Sends the datagrams of captures to collectors, as far apart as they were
 * captured or as fast as this machine sends.
 */
export class CaptureSender {
  readonly relay: Relay;
  readonly pace: Pace;
  readonly #sources = new SourceTable();

  private constructor(relay: Relay, pace: Pace) {
    this.relay = relay;
    this.pace = pace;
  }

  /** Errors: RelayError of a target that is unknown or named twice. */
  static async open({ to, speed, maxGapMs, ownAddress }: SendOptions): Promise<CaptureSender> {
    const relay = await Relay.open({
      targets: to,
      listened: [],
      sourceAddress: ownAddress ? "own" : "auto",
    });
    return new CaptureSender(relay, new Pace({ speed, ...(maxGapMs === undefined ? {} : { maxGapMs }) }));
  }

  /** Ends the replay after the datagram that is being sent. */
  stop(): void {
    this.pace.stop();
  }

  /** Sends one capture. Errors: CaptureError. */
  async send(file: string, stages: Stages): Promise<void> {
    const { relay, pace } = this;
    stages.start(file);
    const size = Math.max(1, statSync(file).size);
    const capture = new CaptureReader(file);
    let sent = 0;
    let radius = 0;
    let shownMs = 0;
    for await (const datagram of capture.datagrams()) {
      if (isRadius(datagram)) {
        radius++;
        continue;
      }
      await pace.wait(datagram.arrivalMs);
      if (pace.stopped) break;
      const { bytes, view, offset, length, arrivalMs, sourcePort, destinationPort } = datagram;
      const source = this.#sources.ofText(datagram.source);
      relay.take(bytes, view, offset, length, source, arrivalMs, sourcePort, destinationPort);
      if (++sent % BURST === 0) await this.#breathe();
      const nowMs = performance.now();
      if (nowMs - shownMs < UPDATE_MS) continue;
      shownMs = nowMs;
      const captured = new Date(arrivalMs).toISOString().slice(0, 19).replace("T", " ");
      stages.update(capture.counters.bytesRead / size, `${sent} datagrams, captured at ${captured} UTC`);
    }
    const words = [`${sent} datagrams`, ...passedOver(capture.counters, radius)];
    if (pace.skippedMs >= 1000) words.push(`${Math.round(pace.skippedMs / 1000)} s of pauses left out`);
    if (pace.stopped) words.push("stopped");
    stages.done(words.join(", "));
  }

  close(): Promise<void> {
    return this.relay.close();
  }

  async #breathe(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.relay.queuedOctets > MAX_QUEUED_OCTETS && !this.pace.stopped);
  }
}
