import { isMapped } from "@ishizue/wire";
import { PrefixList } from "../prefix/list.ts";
import type { OnDatagram, Source } from "../source/source.ts";
import { RelayError } from "./error.ts";
import { PlainSender, TargetCounters } from "./plain.ts";
import { openRawSender, type RawSender } from "./raw.ts";
import { findTargets, type Listened, type RelayTarget, type RelayTargetOptions } from "./target.ts";

export type RelayOptions = {
  targets: readonly RelayTargetOptions[];
  /** Where datagrams come in, so that no target is the relay itself. */
  listened: readonly Listened[];
  /** Addresses and prefixes of the exporters to forward; all where it is empty. */
  from?: readonly string[];
  /** `auto` (the default): the exporter's address is kept where this process may; `own`: never. */
  sourceAddress?: "auto" | "own";
  /** TTL and hop limit of what is sent, 64 by default. */
  hopLimit?: number;
  /** Longest packet sent with a kept source address, fragmented past it; the link's by default. */
  mtu?: number;
};

export type RelayTargetStats = {
  target: string;
  address: string;
  sent: number;
  sentAsSelf: number;
  octets: number;
  /** Not sent: what waits for the target is full, or the datagram is too long for its family (`tooLong`). */
  dropped: number;
  tooLong: number;
  /** Refused by the system; by its code in `errorCodes`. */
  errors: number;
  errorCodes: Record<string, number>;
  lastError: string | null;
};

export type RelayStats = {
  /** Datagrams that came in, and their payload's octets. */
  datagrams: number;
  octets: number;
  /** Of those, from exporters that are not forwarded. */
  filtered: number;
  keepsSource: boolean;
  /** Why the source address is not kept, in words; null where it is. */
  whyOwnAddress: string | null;
  targets: RelayTargetStats[];
};

type Sending = { target: RelayTarget; counters: TargetCounters; raw: RawSender | null; plain: PlainSender };

const closeMs = 1000;

/**
 * Forwards datagrams to other collectors, each to every one of them.
 *
 * A target sees the exporter's address and port as if the relay were not
 * there, where this process may send so (Linux, CAP_NET_RAW) and exporter and
 * target are of one family; else this machine's address. A target that
 * refuses, or that there is no route to, is counted and stops no other.
 */
export class Relay {
  /** Why the source address is not kept, in one sentence; null where it is. */
  readonly whyOwnAddress: string | null;
  readonly #sending: readonly Sending[];
  readonly #from: PrefixList | null;
  #datagrams = 0;
  #octets = 0;
  #filtered = 0;

  private constructor(sending: readonly Sending[], from: PrefixList | null, whyOwnAddress: string | null) {
    this.#sending = sending;
    this.#from = from;
    this.whyOwnAddress = whyOwnAddress;
  }

  /**
   * Finds the targets and opens a socket to each.
   *
   * Errors: RelayError where a target is unknown, named twice or the relay
   * itself, or a prefix is none.
   */
  static async open(options: RelayOptions): Promise<Relay> {
    const { hopLimit = 64 } = options;
    if (options.targets.length === 0) {
      throw new RelayError("NO_TARGET", "nowhere to forward to", "", "name a collector as host:port");
    }
    const from = PrefixList.parse(options.from ?? []);
    if ("bad" in from) {
      throw new RelayError(
        "BAD_PREFIX",
        `${from.bad} is no address and no prefix`,
        from.bad,
        "write 192.0.2.0/24 or 2001:db8::/32",
      );
    }
    const targets = await findTargets(options.targets, options.listened);
    let whyOwnAddress = options.sourceAddress === "own" ? "so it was asked for" : null;
    const raws = new Map<boolean, RawSender | null>();
    for (const ipv6 of new Set(targets.map((target) => target.ipv6))) {
      if (options.sourceAddress === "own") continue;
      const opened = openRawSender(ipv6, hopLimit, options.mtu ?? null);
      if ("why" in opened) whyOwnAddress = opened.why;
      else raws.set(ipv6, opened);
    }
    const sending: Sending[] = [];
    for (const target of targets) {
      const counters = new TargetCounters();
      const plain = await PlainSender.open(target, counters, hopLimit);
      sending.push({ target, counters, raw: raws.get(target.ipv6) ?? null, plain });
    }
    return new Relay(sending, from.size === 0 ? null : from, whyOwnAddress);
  }

  /** Forwards one datagram; nothing of it is kept. The shape of OnDatagram, so that a receiver can call it. */
  readonly take: OnDatagram = (bytes, _view, offset, length, source, _arrivalMs, sourcePort) => {
    this.#datagrams++;
    this.#octets += length;
    if (this.#from?.has(source.words, 0) === false) {
      this.#filtered++;
      return;
    }
    let copy: Uint8Array | null = null;
    for (const { target, counters, raw, plain } of this.#sending) {
      if (raw !== null && target.ipv6 === isIpv6(source)) {
        raw.send(source.words, sourcePort, target, counters, bytes, offset, length);
        continue;
      }
      // Sent later, perhaps, when these octets are another datagram's.
      copy ??= bytes.slice(offset, offset + length);
      plain.send(copy);
    }
  };

  /** Octets that wait in this process for the system to take them. */
  get queuedOctets(): number {
    return this.#sending.reduce((sum, { plain }) => sum + plain.queuedOctets, 0);
  }

  stats(): RelayStats {
    return {
      datagrams: this.#datagrams,
      octets: this.#octets,
      filtered: this.#filtered,
      keepsSource: this.whyOwnAddress === null,
      whyOwnAddress: this.whyOwnAddress,
      targets: this.#sending.map(({ target, counters }) => {
        const { sent, sentAsSelf, octets, dropped, tooLong, errors, lastError } = counters;
        const errorCodes = { ...counters.errorCodes };
        const { name, address } = target;
        return {
          target: name,
          address,
          sent,
          sentAsSelf,
          octets,
          dropped,
          tooLong,
          errors,
          errorCodes,
          lastError,
        };
      }),
    };
  }

  /** Closes the sockets; what waits in them has a second to go. */
  async close(): Promise<void> {
    const until = performance.now() + closeMs;
    while (this.queuedOctets > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const raw of new Set(this.#sending.map((sending) => sending.raw))) raw?.close();
    await Promise.all(this.#sending.map(({ plain }) => plain.close()));
  }
}

function isIpv6(source: Source): boolean {
  return !isMapped(source.words, 0);
}
