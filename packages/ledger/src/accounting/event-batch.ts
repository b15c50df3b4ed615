import type { LeasePrefix, NasEvent, SessionEvent } from "../lease/event.ts";

type AccountingEvent = SessionEvent | NasEvent;

const kinds = ["start", "interim", "stop", "nasOn", "nasOff"] as const;
/** Octets before the texts: kind, link count, prefixes, two times, session time. */
const fixedOctets = 4 + 3 * 8;
const prefixOctets = 17;

/**
 * Lease events of accounting on their way from the thread that receives them to the one that has the ledger: one buffer
 * a batch, that is handed over and not copied.
 *
 * ```
 * kind (index of `kinds`), link count (0: none told; 255: as many or more), n: 16 bits, prefixes
 * at, known: Float64 milliseconds; session time: Float64 milliseconds, NaN for none
 * feed, nas, domain, line, session, bundle: 16 bits of length, UTF-8
 * n × prefix: 16 octets in network order, length
 * ```
 *
 * All least significant octet first. Only what accounting makes goes in: prefixes without a set of ports.
 */
export class EventBatch {
  /** Events in it. */
  count = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #end = 0;

  constructor(octets = 65_536) {
    this.#bytes = new Uint8Array(octets);
    this.#view = new DataView(this.#bytes.buffer);
  }

  add(event: AccountingEvent): void {
    const session = "prefixes" in event ? event : undefined;
    const prefixes = session?.prefixes ?? [];
    const { feed, nas, domain = "" } = event;
    const { line = "", session: id = "", bundle = "" } = session ?? {};
    const letters = feed.length + nas.length + domain.length + line.length + id.length + bundle.length;
    this.#reserve(fixedOctets + 12 + 3 * letters + prefixOctets * prefixes.length);
    const view = this.#view;
    const at = this.#end;
    view.setUint8(at, kinds.indexOf(event.kind));
    view.setUint8(at + 1, Math.min(session?.linkCount ?? 0, 255));
    view.setUint16(at + 2, prefixes.length, true);
    view.setFloat64(at + 4, event.atMs, true);
    view.setFloat64(at + 12, event.knownMs, true);
    view.setFloat64(at + 20, session?.sessionTimeMs ?? Number.NaN, true);
    this.#end = at + fixedOctets;
    this.#addText(feed);
    this.#addText(nas);
    this.#addText(domain);
    this.#addText(line);
    this.#addText(id);
    this.#addText(bundle);
    for (const { words, prefixLength } of prefixes) {
      for (let word = 0; word < 4; word++) view.setUint32(this.#end + 4 * word, words[word], true);
      view.setUint8(this.#end + 16, prefixLength);
      this.#end += prefixOctets;
    }
    this.count++;
  }

  /** The events so far, for `readEventBatch`; the batch is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#end);
    this.#end = 0;
    this.count = 0;
    return taken;
  }

  #addText(text: string): void {
    const bytes = this.#bytes;
    const from = this.#end + 2;
    let to = from;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) {
        to = from + encoder.encodeInto(text, bytes.subarray(from)).written;
        break;
      }
      bytes[to++] = code;
    }
    this.#view.setUint16(this.#end, to - from, true);
    this.#end = to;
  }

  #reserve(octets: number): void {
    if (this.#end + octets <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * (this.#bytes.length + octets));
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}

const encoder = new TextEncoder();

/**
 * The events of a batch, in order. An event's prefixes are valid until the next event is asked for: their memory is used again,
 * since to make it for each would cost as much as all else.
 */
export function* readEventBatch(bytes: Uint8Array): Generator<AccountingEvent> {
  const reader = new EventReader(bytes);
  while (!reader.isAtEnd) yield reader.next();
}

class EventReader {
  readonly #text: Buffer;
  readonly #view: DataView;
  readonly #feed: RepeatedText;
  readonly #nas: RepeatedText;
  readonly #domain: RepeatedText;
  /** Prefixes of the event before, for the next. */
  readonly #used: { words: Uint32Array; prefixLength: number }[] = [];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#feed = new RepeatedText(this.#text);
    this.#nas = new RepeatedText(this.#text);
    this.#domain = new RepeatedText(this.#text);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  next(): AccountingEvent {
    const view = this.#view;
    const at = this.#at;
    const kind = kinds[view.getUint8(at)];
    const linkCount = view.getUint8(at + 1);
    const count = view.getUint16(at + 2, true);
    const atMs = view.getFloat64(at + 4, true);
    const knownMs = view.getFloat64(at + 12, true);
    const sessionTimeMs = view.getFloat64(at + 20, true);
    this.#at = at + fixedOctets;
    const feed = this.#feed.read(this.#skipText(), this.#at);
    const nas = this.#nas.read(this.#skipText(), this.#at);
    const domain = this.#domain.read(this.#skipText(), this.#at);
    const line = this.#readText();
    const session = this.#readText();
    const bundle = this.#readText();
    if (kind === "nasOn" || kind === "nasOff") return { kind, atMs, knownMs, feed, nas, domain };
    const event = { kind, atMs, knownMs, feed, nas, domain, line, session, prefixes: this.#prefixes(count) };
    if (bundle === "" && linkCount === 0) {
      return Number.isNaN(sessionTimeMs) ? event : { ...event, sessionTimeMs };
    }
    return {
      ...event,
      ...(bundle === "" ? {} : { bundle }),
      ...(linkCount === 0 ? {} : { linkCount }),
      ...(Number.isNaN(sessionTimeMs) ? {} : { sessionTimeMs }),
    };
  }

  #prefixes(count: number): LeasePrefix[] {
    const view = this.#view;
    const used = this.#used;
    while (used.length < count) used.push({ words: new Uint32Array(4), prefixLength: 0 });
    const prefixes = used.slice(0, count);
    for (const prefix of prefixes) {
      for (let word = 0; word < 4; word++) prefix.words[word] = view.getUint32(this.#at + 4 * word, true);
      prefix.prefixLength = view.getUint8(this.#at + 16);
      this.#at += prefixOctets;
    }
    return prefixes;
  }

  /** Goes past a text; returns where it begins. */
  #skipText(): number {
    const from = this.#at + 2;
    this.#at = from + this.#view.getUint16(this.#at, true);
    return from;
  }

  #readText(): string {
    const from = this.#skipText();
    return from === this.#at ? "" : this.#text.toString("utf8", from, this.#at);
  }
}

/** A text that is the same in most events of a batch. */
class RepeatedText {
  readonly #bytes: Buffer;
  #from = 0;
  #end = 0;
  #text = "";

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(from: number, end: number): string {
    if (!this.#isSame(from, end)) {
      this.#text = this.#bytes.toString("utf8", from, end);
      this.#from = from;
      this.#end = end;
    }
    return this.#text;
  }

  #isSame(from: number, end: number): boolean {
    if (end - from !== this.#end - this.#from) return false;
    for (let at = from; at < end; at++) {
      if (this.#bytes[at] !== this.#bytes[this.#from + at - from]) return false;
    }
    return true;
  }
}
