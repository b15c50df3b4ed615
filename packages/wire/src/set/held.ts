import type { DecoderLimits } from "../exporter/limits.ts";
import type { DecoderUse } from "../exporter/use.ts";
import type { Template } from "../template/template.ts";

/** What a set that waits keeps of the message that it came in. */
export type MessageContext = {
  readonly arrivalMs: number;
  readonly exportTimeMs: number;
  /** 0 where the message has none (IPFIX). */
  readonly sysUpTimeMs: number;
  readonly sequenceNumber: number;
};

/** A data set that waits, as plain data: for another thread (structured clone). */
export type HeldSetState = MessageContext & {
  readonly records: Uint8Array;
  readonly netflow9: boolean;
  readonly observationDomainId: number;
  readonly templateId: number;
};

/** A data set whose template was not known when it came. */
export class HeldSet {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  lengthBytes = 0;
  netflow9 = false;
  domainId = 0;
  templateId = 0;
  arrivalMs = 0;
  exportTimeMs = 0;
  sysUpTimeMs = 0;
  sequenceNumber = 0;
  /** What it is to be read by, once that has come. */
  template: Template | undefined = undefined;
  queue: HeldQueue | undefined = undefined;

  // Places in the lists of the exporter and of the decoder, oldest first.
  older: HeldSet | undefined = undefined;
  newer: HeldSet | undefined = undefined;
  olderOfAll: HeldSet | undefined = undefined;
  newerOfAll: HeldSet | undefined = undefined;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** What one exporter has waiting. */
export class HeldQueue {
  /** Sets that wait for their template, and those whose template has come but for whose rows a batch had no room. */
  sets = 0;
  /** Octets of their buffers. */
  octets = 0;
  /** Octets of their records. */
  recordOctets = 0;
  oldest: HeldSet | undefined = undefined;
  newest: HeldSet | undefined = undefined;
  /** Sets that wait, by protocol, domain and template id, in order of arrival. */
  readonly waiting = new Map<number, HeldSet[]>();
  /** Sets whose template has come, in the order in which they are to be read. */
  readonly ready: HeldSet[] = [];
}

/** Buffers are made in steps of so many octets: most sets then fit the buffer of one that was dropped. */
const bufferStep = 512;

/**
 * The data sets that wait for their template, of all exporters of one decoder.
 *
 * Bounded by `limits.heldSets`, `heldOctets`, both "in all", and `heldMs`:
 * past one of them the oldest is dropped. Sets whose template has come count,
 * but are never dropped.
 */
export class HeldSets {
  readonly #limits: DecoderLimits;
  readonly #use: DecoderUse;
  #oldest: HeldSet | undefined = undefined;
  #newest: HeldSet | undefined = undefined;
  /** The set dropped last: its buffer is used again. */
  #spare: HeldSet | undefined = undefined;
  /** Sets dropped since the last `takeDropped`. */
  #dropped = 0;

  constructor(limits: DecoderLimits, use: DecoderUse) {
    this.#limits = limits;
    this.#use = use;
  }

  /** How many sets were dropped since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Copies the set's records in [offset, end) to the end of `queue`; false where the limits have no room for it. */
  hold(
    bytes: Uint8Array,
    offset: number,
    end: number,
    netflow9: boolean,
    domainId: number,
    templateId: number,
    message: MessageContext,
    queue: HeldQueue,
  ): boolean {
    const capacity = Math.ceil((end - offset) / bufferStep) * bufferStep;
    this.dropOlderThan(message.arrivalMs);
    if (!this.#makeRoom(queue, capacity)) return false;
    const set = this.#buffer(capacity);
    set.bytes.set(bytes.subarray(offset, end));
    set.lengthBytes = end - offset;
    set.netflow9 = netflow9;
    set.domainId = domainId;
    set.templateId = templateId;
    set.arrivalMs = message.arrivalMs;
    set.exportTimeMs = message.exportTimeMs;
    set.sysUpTimeMs = message.sysUpTimeMs;
    set.sequenceNumber = message.sequenceNumber;
    this.#append(set, queue);
    return true;
  }

  /** Drops what has waited for longer than `limits.heldMs`. */
  dropOlderThan(nowMs: number): void {
    while (this.#oldest !== undefined && nowMs - this.#oldest.arrivalMs > this.#limits.heldMs) {
      this.#drop(this.#oldest);
    }
  }

  /**
   * The template of these sets has come: those that may be read by it become
   * ready. One that came before the exporter started again is dropped, since
   * then the ids are given anew; that is told by uptime and arrival (v9).
   */
  bind(queue: HeldQueue, domainId: number, template: Template, message: MessageContext): void {
    const key = keyOf(template.netflow9, domainId, template.id);
    const sets = queue.waiting.get(key);
    if (sets === undefined) return;
    queue.waiting.delete(key);
    for (const set of sets) {
      if (this.#isStale(set, message)) {
        this.#drop(set);
      } else {
        this.#unlink(set);
        set.template = template;
        queue.ready.push(set);
      }
    }
  }

  /** Drops what waits for a template id that was withdrawn, or for any of the domain's: the next one under it is another. */
  dropWithdrawn(queue: HeldQueue, domainId: number, templateId: number): void {
    if (templateId >= 256) {
      const key = keyOf(false, domainId, templateId);
      for (let set = queue.waiting.get(key)?.[0]; set !== undefined; set = queue.waiting.get(key)?.[0]) {
        this.#drop(set);
      }
      return;
    }
    for (let set = queue.oldest; set !== undefined;) {
      const { newer } = set;
      if (!set.netflow9 && set.domainId === domainId) this.#drop(set);
      set = newer;
    }
  }

  /** What an exporter has waiting, oldest first: sets whose template has come before the others. They stay. */
  states(queue: HeldQueue): HeldSetState[] {
    const sets = [...queue.ready];
    for (let set = queue.oldest; set !== undefined; set = set.newer) sets.push(set);
    return sets.map((set) => ({
      records: set.bytes.slice(0, set.lengthBytes),
      netflow9: set.netflow9,
      observationDomainId: set.domainId,
      templateId: set.templateId,
      arrivalMs: set.arrivalMs,
      exportTimeMs: set.exportTimeMs,
      sysUpTimeMs: set.sysUpTimeMs,
      sequenceNumber: set.sequenceNumber,
    }));
  }

  /** The set was read: it holds nothing any more. */
  release(set: HeldSet): void {
    this.#uncount(set);
  }

  /** Drops everything of an exporter. */
  forget(queue: HeldQueue): void {
    while (queue.oldest !== undefined) this.#drop(queue.oldest);
    for (const set of queue.ready) this.#uncount(set);
    this.#dropped += queue.ready.length;
    queue.ready.length = 0;
  }

  #makeRoom(queue: HeldQueue, octets: number): boolean {
    const limits = this.#limits;
    if (limits.heldSets < 1 || limits.heldSetsInAll < 1) return false;
    if (octets > limits.heldOctets || octets > limits.heldOctetsInAll) return false;
    while (queue.sets >= limits.heldSets || queue.octets + octets > limits.heldOctets) {
      if (queue.oldest === undefined) return false;
      this.#drop(queue.oldest);
    }
    const use = this.#use;
    while (use.heldSets >= limits.heldSetsInAll || use.heldOctets + octets > limits.heldOctetsInAll) {
      if (this.#oldest === undefined) return false;
      this.#drop(this.#oldest);
    }
    return true;
  }

  #isStale(set: HeldSet, message: MessageContext): boolean {
    if (message.arrivalMs - set.arrivalMs > this.#limits.heldMs) return true;
    if (!set.netflow9) return false;
    const startThen = set.arrivalMs - set.sysUpTimeMs;
    const startNow = message.arrivalMs - message.sysUpTimeMs;
    return startNow - startThen > restartMs;
  }

  #buffer(capacity: number): HeldSet {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare !== undefined && spare.bytes.length === capacity ? spare : new HeldSet(capacity);
  }

  #append(set: HeldSet, queue: HeldQueue): void {
    set.queue = queue;
    set.template = undefined;
    set.older = queue.newest;
    set.newer = undefined;
    if (queue.newest === undefined) queue.oldest = set;
    else queue.newest.newer = set;
    queue.newest = set;
    set.olderOfAll = this.#newest;
    set.newerOfAll = undefined;
    if (this.#newest === undefined) this.#oldest = set;
    else this.#newest.newerOfAll = set;
    this.#newest = set;
    const key = keyOf(set.netflow9, set.domainId, set.templateId);
    const waiting = queue.waiting.get(key);
    if (waiting === undefined) queue.waiting.set(key, [set]);
    else waiting.push(set);
    queue.sets++;
    queue.octets += set.bytes.length;
    queue.recordOctets += set.lengthBytes;
    this.#use.heldSets++;
    this.#use.heldOctets += set.bytes.length;
  }

  #drop(set: HeldSet): void {
    const { queue } = set;
    if (queue === undefined) return;
    const key = keyOf(set.netflow9, set.domainId, set.templateId);
    const waiting = queue.waiting.get(key);
    if (waiting !== undefined) {
      // Mostly the first: the oldest goes first.
      waiting.splice(waiting.indexOf(set), 1);
      if (waiting.length === 0) queue.waiting.delete(key);
    }
    this.#unlink(set);
    this.#uncount(set);
    this.#spare = set;
    this.#dropped++;
  }

  #unlink(set: HeldSet): void {
    const { queue } = set;
    if (queue === undefined) return;
    if (set.older === undefined) queue.oldest = set.newer;
    else set.older.newer = set.newer;
    if (set.newer === undefined) queue.newest = set.older;
    else set.newer.older = set.older;
    if (set.olderOfAll === undefined) this.#oldest = set.newerOfAll;
    else set.olderOfAll.newerOfAll = set.newerOfAll;
    if (set.newerOfAll === undefined) this.#newest = set.olderOfAll;
    else set.newerOfAll.olderOfAll = set.olderOfAll;
    set.older = set.newer = set.olderOfAll = set.newerOfAll = undefined;
  }

  #uncount(set: HeldSet): void {
    const { queue } = set;
    if (queue === undefined) return;
    queue.sets--;
    queue.octets -= set.bytes.length;
    queue.recordOctets -= set.lengthBytes;
    this.#use.heldSets--;
    this.#use.heldOctets -= set.bytes.length;
    set.queue = undefined;
    set.template = undefined;
  }
}

/** An exporter's start that moves on by more than this is another start: clocks and delays account for less. */
const restartMs = 60_000;

/** Protocol, domain and template id as one number: exact, below 2^49. */
function keyOf(netflow9: boolean, domainId: number, templateId: number): number {
  return ((netflow9 ? 0x1_0000_0000 : 0) + domainId) * 0x1_0000 + templateId;
}
