import { leastMs, maxAheadMs } from "../accounting/lease-event.ts";
import type { BindingEvent } from "../lease/event.ts";
import { TimeReader } from "../time/reader.ts";
import { a10 } from "./a10.ts";
import { addressWords, type Vendor, type WrittenBinding } from "./binding.ts";
import { cgv6 } from "./cgv6.ts";
import { f5 } from "./f5.ts";
import { fortinet } from "./fortinet.ts";
import { juniper } from "./juniper.ts";
import { readSyslogMessage } from "./message.ts";
import { nokia } from "./nokia.ts";

const vendors: readonly Vendor[] = [juniper, cgv6, a10, f5, fortinet, nokia];

export interface SyslogReading {
  /** Zone of times without one, as in the IANA database. */
  readonly timeZone: string;
  /** Routing domain of outside addresses. */
  readonly domain?: string;
  /** Routing domain of an inside address by the name of its VRF; '' when the message names none. */
  readonly insideDomain?: (vrf: string) => string;
}

/** What a message came to: bindings, or why it cannot be used; undefined: it is about something else. */
export type SyslogBindings =
  | { readonly events: readonly BindingEvent[]; readonly clockNotBelieved: boolean }
  | string
  | undefined;

/** Reads what NATs write of bindings, whichever vendor's; docs/formats/cgnat-syslog.md. */
export class SyslogBindingReader {
  readonly #times: TimeReader;
  readonly #reading: SyslogReading;

  /** Throws LedgerFault BAD_TIME_ZONE. */
  constructor(reading: SyslogReading) {
    this.#times = new TimeReader(reading.timeZone);
    this.#reading = reading;
  }

  /**
   * The bindings of one message. `arrivalMs`: when it came, which stands in for a time that it does not tell or that
   * cannot be; NaN: not known (a file). `from`: who sent it, where its header does not say who wrote it.
   */
  read(line: string, arrivalMs: number, knownMs: number, from = ""): SyslogBindings {
    const vendor = vendors.find(({ isOf }) => isOf(line));
    if (vendor === undefined) return undefined;
    const message = readSyslogMessage(line, this.#times, knownMs);
    const written = vendor.read(message);
    if (written === undefined || typeof written === "string") return written;
    const events: BindingEvent[] = [];
    let clockNotBelieved = false;
    for (const binding of written) {
      const told = binding.atMs ?? message.timeMs;
      const believed = told >= leastMs && told <= knownMs + maxAheadMs;
      if (!believed && Number.isNaN(arrivalMs)) return "it has no time, or one before 2000 or yet to come";
      if (!believed) clockNotBelieved = true;
      const event = this.#eventOf(binding, believed ? told : arrivalMs, knownMs, message.host || from);
      if (typeof event === "string") return event;
      events.push(event);
    }
    return { events, clockNotBelieved };
  }

  #eventOf(binding: WrittenBinding, atMs: number, knownMs: number, nas: string): BindingEvent | string {
    const { kind, first, last, startMs, isSession, vrf = "" } = binding;
    const outside = addressWords(binding.outside);
    if (outside === undefined) return `its outside address "${binding.outside.slice(0, 60)}" is none`;
    const inside = binding.inside === "" ? undefined : addressWords(binding.inside);
    if (inside === undefined && (binding.inside !== "" || kind !== "release")) {
      return `its inside address "${binding.inside.slice(0, 60)}" is none`;
    }
    if (!(first >= 0 && last >= first && last <= 0xffff)) return "its ports are none";
    const { domain, insideDomain } = this.#reading;
    return {
      kind,
      feed: "syslog",
      nas,
      knownMs,
      atMs,
      ...(domain === undefined ? {} : { domain }),
      prefix: { words: outside, prefixLength: 128, ports: { first, last, stride: 0 } },
      ...(inside === undefined ? {} : { inside: { domain: insideDomain?.(vrf) ?? "", words: inside } }),
      ...(startMs === undefined || startMs > atMs ? {} : { startMs }),
      ...(isSession === true ? { isSession } : {}),
    };
  }
}
