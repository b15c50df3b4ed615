import { hostIsLittleEndian, parseAddress } from "@ishizue/wire";
import {
  AF_INET,
  IP_PKTINFO,
  iovecOctets,
  IPV6_PKTINFO,
  Mmsghdr,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SOL_UDP,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  UDP_SEGMENT,
} from "./constants.ts";
import { libc } from "./libc.ts";
import { Memory } from "./memory.ts";
import { setOption, succeed } from "./option.ts";
import { sockaddr } from "./sockaddr.ts";

/** Called before a datagram goes: may write into its `length` octets at `offset` (a sequence number, say). */
export type Prepare = (view: DataView, offset: number, length: number, source: number) => void;

export type DatagramSenderOptions = {
  /** An address, no name. */
  host: string;
  port: number;
  /** Sent in turn, again and again. At least as many as `batch` where `prepare` tells them apart. */
  payloads: readonly Uint8Array[];
  /** Local addresses to send from, in turn: a socket each up to 256, past that one socket and a source a datagram. */
  sources?: readonly string[];
  /** Datagrams of one sendmmsg; with `segments`, calls' worth of them. */
  batch?: number;
  /** UDP_SEGMENT: this many payloads, all of one length, leave as one that the kernel cuts; 0: none. */
  segments?: number;
  sendBufferBytes?: number;
  prepare?: Prepare;
};

export type SendResult = { datagrams: number; octets: number; errors: number; seconds: number };

const maxSockets = 256;
/** cmsghdr (16) with in6_pktinfo (20) or in_pktinfo (12), and cmsghdr with the segment length, each aligned. */
const controlOctets = 40 + 24;

/**
 * Sends UDP datagrams as fast as sendmmsg can, or at a rate. It keeps the
 * thread until it is done, so it belongs in a process or thread of its own.
 *
 * Errors: SystemCallError where an address is not here or has no way to `host`.
 */
export class DatagramSender {
  readonly #options: Required<Omit<DatagramSenderOptions, "prepare">>;
  readonly #prepare: Prepare | null;
  readonly #fds: number[] = [];
  readonly #memories: Memory[] = [];
  readonly #data: Memory;
  readonly #headers: Memory;
  readonly #control: Memory;
  readonly #offsets: number[] = [];
  /** Payloads in one message. */
  readonly #grouped: number;
  readonly #messages: number;
  readonly #perMessageSource: boolean;
  readonly #sourceWords: Uint32Array;
  #next = 0;
  #source = 0;

  constructor(options: DatagramSenderOptions) {
    this.#options = {
      sources: [],
      batch: 64,
      segments: 0,
      sendBufferBytes: 8_388_608,
      ...options,
    };
    this.#prepare = options.prepare ?? null;
    const { payloads, sources, segments } = this.#options;
    this.#grouped = Math.max(1, segments);
    this.#messages = Math.floor(payloads.length / this.#grouped);
    if (this.#messages === 0) throw new RangeError("fewer payloads than segments");
    this.#perMessageSource = sources.length > maxSockets;
    this.#sourceWords = new Uint32Array(4 * sources.length);
    sources.forEach((source, index) => parseAddress(source, this.#sourceWords, 4 * index));
    this.#data = this.#hold(payloads.reduce((sum, { length }) => sum + length, 0));
    this.#headers = this.#hold(this.#messages * (Mmsghdr.octets + iovecOctets));
    this.#control = this.#hold(this.#messages * controlOctets);
    let offset = 0;
    for (const payload of payloads) {
      this.#data.bytes.set(payload, offset);
      this.#offsets.push(offset);
      offset += payload.length;
    }
    this.#offsets.push(offset);
    try {
      this.#open();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Sends `count` datagrams, `perSecond` of them where that is given.
   *
   * Outcomes: what the kernel refused (ECONNREFUSED of an earlier one, ENOBUFS)
   * is in `errors` and is not sent again.
   */
  send(count: number, perSecond: number = Infinity): SendResult {
    const result = { datagrams: 0, octets: 0, errors: 0, seconds: 0 };
    const started = performance.now();
    while (result.datagrams + result.errors < count) {
      const due = Math.floor(((performance.now() - started) / 1000) * perSecond) + this.#grouped;
      const done = result.datagrams + result.errors;
      const ready = Math.min(count, due) - done;
      if (ready < this.#grouped && perSecond !== Infinity && due < count) {
        libc().poll(0, 0, 1);
        continue;
      }
      this.#sendBatch(Math.max(1, Math.ceil(ready / this.#grouped)), result);
    }
    result.seconds = (performance.now() - started) / 1000;
    return result;
  }

  close(): void {
    for (const fd of this.#fds.splice(0)) libc().close(fd);
    for (const memory of this.#memories.splice(0)) memory.free();
  }

  #sendBatch(wanted: number, result: SendResult): void {
    const first = this.#next;
    const messages = Math.min(wanted, this.#options.batch, this.#messages - first);
    const source = this.#source;
    const { length: sources } = this.#options.sources;
    for (let message = first; message < first + messages; message++) {
      if (this.#perMessageSource) this.#setSource(message, (source + message - first) % sources);
      if (this.#prepare === null) continue;
      const from = this.#perMessageSource ? (source + message - first) % sources : source;
      for (let payload = message * this.#grouped; payload < (message + 1) * this.#grouped; payload++) {
        const offset = this.#offsets[payload];
        this.#prepare(this.#data.view, offset, this.#offsets[payload + 1] - offset, from);
      }
    }
    const fd = this.#fds[this.#perMessageSource ? 0 : source];
    const sent = libc().sendmmsg(fd, this.#headers.address + first * Mmsghdr.octets, messages, 0);
    const whole = Math.max(0, sent);
    if (sent < 0) result.errors += this.#grouped;
    result.datagrams += whole * this.#grouped;
    result.octets += this.#offsets[(first + whole) * this.#grouped] - this.#offsets[first * this.#grouped];
    // Where one is refused the next call goes on behind it.
    const passed = sent < 0 ? 1 : whole;
    this.#next = first + passed === this.#messages ? 0 : first + passed;
    if (sources > 0) this.#source = (source + (this.#perMessageSource ? passed : 1)) % sources;
  }

  #open(): void {
    const { host, port, sources, sendBufferBytes } = this.#options;
    const target = sockaddr(host, port);
    this.#memories.push(target.memory);
    const locals = this.#perMessageSource || sources.length === 0 ? [null] : sources;
    for (const local of locals) {
      const fd = succeed("socket", libc().socket(target.family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      this.#fds.push(fd);
      if (setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, sendBufferBytes) < 0) {
        setOption(fd, SOL_SOCKET, SO_SNDBUF, sendBufferBytes);
      }
      if (local !== null) {
        const { memory, length } = sockaddr(local, 0);
        this.#memories.push(memory);
        succeed(`bind ${local}`, libc().bind(fd, memory.address, length));
      }
      if (!this.#perMessageSource) {
        succeed(`connect ${host}`, libc().connect(fd, target.memory.address, target.length));
      }
    }
    for (let message = 0; message < this.#messages; message++) {
      this.#build(message, target.memory.address, target.length, target.family);
    }
  }

  #build(message: number, target: number, targetLength: number, family: number): void {
    const header = message * Mmsghdr.octets;
    const iov = this.#messages * Mmsghdr.octets + message * iovecOctets;
    const first = this.#offsets[message * this.#grouped];
    const { view } = this.#headers;
    this.#headers.setPointer(iov, this.#data.address + first);
    view.setUint32(iov + 8, this.#offsets[(message + 1) * this.#grouped] - first, true);
    this.#headers.setPointer(header + Mmsghdr.iov, this.#headers.address + iov);
    view.setUint32(header + Mmsghdr.iovCount, 1, true);
    const control = this.#buildControl(message, family, this.#offsets[message * this.#grouped + 1] - first);
    if (control > 0) {
      this.#headers.setPointer(header + Mmsghdr.control, this.#control.address + message * controlOctets);
      view.setUint32(header + Mmsghdr.controlLength, control, true);
    }
    if (this.#perMessageSource) {
      this.#headers.setPointer(header + Mmsghdr.name, target);
      view.setUint32(header + Mmsghdr.nameLength, targetLength, true);
    }
  }

  /** Writes the control messages of one message; their octets. */
  #buildControl(message: number, family: number, segmentOctets: number): number {
    const { view } = this.#control;
    let at = message * controlOctets;
    if (this.#perMessageSource) {
      const four = family === AF_INET;
      view.setUint32(at, 16 + (four ? 12 : 20), true);
      view.setUint32(at + 8, four ? SOL_IP : SOL_IPV6, true);
      view.setUint32(at + 12, four ? IP_PKTINFO : IPV6_PKTINFO, true);
      at += four ? 32 : 40;
    }
    if (this.#options.segments > 0) {
      view.setUint32(at, 18, true);
      view.setUint32(at + 8, SOL_UDP, true);
      view.setUint32(at + 12, UDP_SEGMENT, true);
      view.setUint16(at + 16, segmentOctets, true);
      at += 24;
    }
    return at - message * controlOctets;
  }

  /** in_pktinfo has the address after the interface; in6_pktinfo begins with it. */
  #setSource(message: number, source: number): void {
    const { view } = this.#control;
    const at = message * controlOctets + 16;
    const four = view.getUint32(message * controlOctets + 8, true) === SOL_IP;
    for (let word = four ? 3 : 0; word < 4; word++) {
      const offset = four ? at + 4 : at + 4 * word;
      view.setUint32(offset, this.#sourceWords[4 * source + word], hostIsLittleEndian);
    }
  }

  #hold(octets: number): Memory {
    const memory = new Memory(Math.max(8, octets));
    this.#memories.push(memory);
    return memory;
  }
}
