/** `ring`: AF_PACKET; `recvmmsg`: UDP sockets over FFI; `dgram`: UDP sockets by way of Node. */
export type ReceiverKind = "ring" | "recvmmsg" | "dgram";

export type SocketStats = {
  address: string;
  port: number;
  /** What the kernel granted; less than asked where net.core.rmem_max is lower. */
  receiveBufferBytes: number;
  /** Datagrams dropped because the buffer was full; null where the system does not tell. */
  kernelDrops: number | null;
};

/** Counters of one receiver since it was opened. */
export type ReceiverStats = {
  /** Handed to onDatagram. */
  datagrams: number;
  /** Their UDP payload. */
  octets: number;
  /** Dropped by the kernel because a buffer was full: sum over the sockets; null where the system does not tell. */
  kernelDrops: number | null;
  /** First fragments of datagrams to our ports, which the ring cannot put together; the kernel does for the others. */
  fragments: number;
  /** Dropped by the ring for a wrong UDP checksum; the kernel drops them uncounted for the others. */
  badChecksums: number;
  /** Dropped because they did not come whole or their lengths contradict each other. */
  truncated: number;
  socketErrors: number;
  receiveBufferAskedBytes: number;
  /** Addresses kept. */
  sources: number;
  /** Datagrams of addresses past the limit of those that are kept. */
  passingSources: number;
  sockets: SocketStats[];
};

/** What gives datagrams to an OnDatagram until it is closed; one Source object an address. */
export interface Receiver {
  readonly kind: ReceiverKind;
  /** As the system chose them, each once. */
  readonly ports: readonly number[];
  stats(): ReceiverStats;
  /** No datagram is given after the promise resolves. May be called again. */
  close(): Promise<void>;
}
