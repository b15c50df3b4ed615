import {
  checkAccountingRequest,
  decodeRadius,
  RadiusCode,
  readAccountingRequest,
  readVrf,
  wantedTexts,
  type WantedTexts,
  writeAccountingResponse,
} from "@ishizue/wire";
import type { LeaseEvent } from "../lease/event.ts";
import { ClientTable } from "./client-table.ts";
import type { AccountingClient, KnownClient } from "./client-table.ts";
import { readLeaseEvent, textsOf } from "./lease-event.ts";
import type { AccountingReading, DomainFrom, LineFrom } from "./lease-event.ts";
import { RecentRequests, RequestState } from "./recent.ts";
import { AccountingCounter } from "./stats.ts";

export interface AccountingLimits {
  /** Requests that wait to be durable at a time; more are dropped and come again. */
  readonly inFlight: number;
  /** Requests remembered to be answered again. */
  readonly remembered: number;
  /** How long they are. */
  readonly rememberedMs: number;
}

export const defaultAccountingLimits: AccountingLimits = {
  inFlight: 16_384,
  remembered: 131_072,
  rememberedMs: 60_000,
};

export interface AccountingProtocolOptions {
  readonly clients: readonly AccountingClient[];
  readonly lineFrom?: LineFrom;
  /** Routing domain of clients that have none of their own. */
  readonly domain?: string;
  readonly domainFrom?: DomainFrom;
  /** Routing domains by other names that the attribute of `domainFrom` has for them. */
  readonly domainNames?: ReadonlyMap<string, string>;
  readonly useFramedIpNetmask?: boolean;
  readonly limits?: Partial<AccountingLimits>;
}

/** What a datagram comes to. */
export const Taken = {
  /** Nothing to send: dropped and counted, or waited for already. */
  nothing: 0,
  /** The response is to be sent. */
  answer: 1,
  /** The response is to be sent once `event` is durable. */
  event: 2,
} as const;

/** The longest response: that of a request of nothing but Proxy-State. */
export const longestResponseOctets = 4096;

/**
 * What a RADIUS accounting server makes of each datagram, whatever socket it came by: lease events, and the responses to
 * be sent when they are durable.
 *
 * Outcomes: whatever a datagram holds is counted, never thrown. A request is known again by client address and port,
 * identifier and authenticator.
 * Source: RFC 2866 sections 2 and 4; RFC 5080 section 2.2.2 (duplicates).
 */
export class AccountingProtocol {
  /** By AccountingCounter. */
  readonly counts: Float64Array;
  /** Of the request that was taken last, with Taken.event. */
  event: LeaseEvent | undefined;
  /** What `settle` is told of it. */
  serial = -1;
  /** Octets of its response. */
  responseOctets = 0;
  readonly #limits: AccountingLimits;
  readonly #clients: ClientTable;
  readonly #reading: AccountingReading;
  readonly #texts: WantedTexts;
  /** By the routing domains that clients have of their own. */
  readonly #readingIn = new Map<string, AccountingReading>();
  readonly #recent: RecentRequests;
  #inFlight = 0;

  /** Throws LedgerFault BAD_ACCOUNTING_CLIENT. */
  constructor(options: AccountingProtocolOptions, counts: Float64Array) {
    const { lineFrom = "User-Name", domain, domainFrom, domainNames, useFramedIpNetmask = false } = options;
    this.#limits = { ...defaultAccountingLimits, ...options.limits };
    this.#clients = new ClientTable(options.clients);
    this.#reading = {
      lineFrom,
      feed: "radius",
      useFramedIpNetmask,
      ...(domain === undefined ? {} : { domain }),
      ...(domainFrom === undefined ? {} : { domainFrom }),
      ...(domainNames === undefined ? {} : { domainNames }),
    };
    this.#texts = wantedTexts(textsOf(this.#reading));
    this.#recent = new RecentRequests(this.#limits.remembered, this.#limits.rememberedMs);
    this.counts = counts;
  }

  /**
   * Takes one datagram of `length` octets from a client's address (four words) and port; writes the response to `into` at
   * `at`, where `longestResponseOctets` have room.
   *
   * Outcomes: Taken.
   */
  take(
    bytes: Uint8Array,
    offset: number,
    length: number,
    address: Uint32Array,
    port: number,
    arrivalMs: number,
    into: Uint8Array,
    at: number,
  ): number {
    const { counts } = this;
    counts[AccountingCounter.datagrams]++;
    const client = this.#clients.client(address);
    if (client === null) return this.#drop(AccountingCounter.unknownClient);
    const outcome = decodeRadius(bytes, offset, length);
    if (outcome.status !== "decoded") return this.#drop(AccountingCounter.malformed);
    const { packet } = outcome;
    if (packet.code !== RadiusCode.accountingRequest) return this.#drop(AccountingCounter.otherCode);
    if (!checkAccountingRequest(packet, client.secret)) return this.#drop(AccountingCounter.badAuthenticator);
    const recent = this.#recent;
    recent.key(packet.authenticator, 0, address, port, packet.identifier);
    if (recent.find(arrivalMs)) {
      counts[AccountingCounter.duplicates]++;
      if (recent.state === RequestState.waiting) return Taken.nothing;
      // It has all that its response is made of.
      this.responseOctets = writeAccountingResponse(packet, client.secret, into, at);
      return Taken.answer;
    }
    if (this.#inFlight >= this.#limits.inFlight) return this.#drop(AccountingCounter.inFlightFull);
    const request = readAccountingRequest(packet, this.#texts);
    counts[AccountingCounter.invalidAttributes] += request.invalidAttributes;
    const reading = this.#readingOf(client);
    if (reading.domainFrom === "VRF") {
      const vrf = readVrf(packet);
      if (vrf !== undefined) request.vrf = vrf;
    }
    const { event, clockNotBelieved } = readLeaseEvent(request, arrivalMs, client.address, reading);
    if (clockNotBelieved) counts[AccountingCounter.clockNotBelieved]++;
    this.responseOctets = writeAccountingResponse(packet, client.secret, into, at);
    if (event === undefined) {
      counts[AccountingCounter.otherStatus]++;
      recent.add(arrivalMs, RequestState.answered);
      return Taken.answer;
    }
    counts[AccountingCounter.events]++;
    this.#inFlight++;
    this.event = event;
    this.serial = recent.add(arrivalMs, RequestState.waiting);
    return Taken.event;
  }

  /**
   * Tells whether the event of a request is durable. Where it is not, the request is not answered and forgotten: its
   * client sends it again, and it is taken anew.
   */
  settle(serial: number, durable: boolean): void {
    this.#inFlight--;
    if (!durable) this.counts[AccountingCounter.failed]++;
    this.#recent.settle(serial, durable ? RequestState.answered : RequestState.failed);
  }

  #readingOf({ domain }: KnownClient): AccountingReading {
    if (domain === undefined || domain === this.#reading.domain) return this.#reading;
    let reading = this.#readingIn.get(domain);
    if (reading === undefined) {
      reading = { ...this.#reading, domain };
      this.#readingIn.set(domain, reading);
    }
    return reading;
  }

  #drop(counter: number): number {
    this.counts[counter]++;
    return Taken.nothing;
  }
}
