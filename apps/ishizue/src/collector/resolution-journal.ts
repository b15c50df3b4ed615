import { everyPort, type Ledger, type Resolution } from "@ishizue/ledger";
import { encodeRows, type SpoolJournal } from "@ishizue/store";
import type { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Rows of one block at the most; so many are written whether or not anybody waits for them. */
const BLOCK_ROWS = 20_000;
/** Resolutions that wait while the disk takes none; the oldest of more are given up, and counted. */
const MOST_WAITING = 200_000;

/**
 * Keeps what the ledger decided between messages that disagree or are missing: the table `lease_resolutions`.
 *
 * Who answers for an event waits for `durable` as well as for the event's leases: then its resolutions are on the disk,
 * and in the table exactly once.
 */
export class ResolutionJournal {
  /** Given up because the disk took none. */
  lost = 0;
  private readonly journal: Pick<SpoolJournal, "append" | "flush" | "close">;
  private readonly privacy: LedgerPrivacy;
  private readonly mostWaiting: number;
  private waiting: Resolution[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(
    ledger: Ledger,
    journal: Pick<SpoolJournal, "append" | "flush" | "close">,
    privacy: LedgerPrivacy,
    mostWaiting = MOST_WAITING,
  ) {
    this.journal = journal;
    this.privacy = privacy;
    this.mostWaiting = mostWaiting;
    ledger.onResolution((resolution) => {
      this.waiting.push(resolution);
      if (this.waiting.length % BLOCK_ROWS === 0) {
        this.durable().catch(() => {});
      }
    });
  }

  /** Resolves when every resolution made before is on the disk; rejects with the spool's fault. */
  durable(): Promise<void> {
    if (this.waiting.length > 0) this.last = this.write();
    return this.last;
  }

  /** Resolves when what could be made durable is with the spool. */
  async settled(): Promise<void> {
    await this.durable().catch(() => {});
    await this.journal.flush();
  }

  async close(): Promise<void> {
    await this.settled();
    await this.journal.close();
  }

  private async write(): Promise<void> {
    const rows = this.waiting;
    this.waiting = [];
    let done = 0;
    try {
      for (; done < rows.length; done += BLOCK_ROWS) {
        const part = rows.slice(done, done + BLOCK_ROWS).map((row) => this.row(row));
        await this.journal.append(encodeRows("lease_resolutions", part));
      }
    } catch (error) {
      // They wait for the next attempt, which any event starts.
      this.waiting = [...rows.slice(done), ...this.waiting];
      const over = this.waiting.length - this.mostWaiting;
      if (over > 0) this.lost += this.waiting.splice(0, over).length;
      throw error;
    }
  }

  private row(resolution: Resolution): Record<string, unknown> {
    const { kind, knownMs, domain, words, prefixLength, startMs, line, otherLine } = resolution;
    const { first, last, stride } = resolution.ports ?? everyPort;
    return {
      known_from: knownMs,
      kind,
      domain,
      address: this.privacy.concealed(words, prefixLength),
      prefix_length: prefixLength,
      first_port: first,
      last_port: last,
      port_stride: stride,
      valid_from: startMs,
      line: this.privacy.concealedHolder(line),
      other_line: this.privacy.concealedHolder(otherLine),
    };
  }
}
