import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { bindError } from "./error.ts";
import { SourceTable, type OnDatagram } from "../source/source.ts";
import type { Receiver, ReceiverStats } from "../socket/receiver.ts";
import { readKernelDrops } from "./kernel-drops.ts";

export type DgramReceiverOptions = {
  /** `::` (the default) listens on every IPv6 and every IPv4 address. */
  host?: string;
  /** 0 lets the system choose. */
  ports: readonly number[];
  /** Asked of the kernel for each socket; Linux grants at most net.core.rmem_max. */
  receiveBufferBytes?: number;
  /** Addresses that are kept (SourceTable). */
  sourceLimit?: number;
  onDatagram: OnDatagram;
};

type BoundSocket = { socket: Socket; address: string; port: number; receiveBufferBytes: number };

/** A UDP payload is never longer. */
const maxDatagramOctets = 65_536;

/**
 * UDP sockets on several ports, IPv4 and IPv6, by way of node:dgram: works
 * everywhere, without privileges.
 *
 * Each datagram is copied into one arena whose Uint8Array and DataView live as
 * long as the receiver, so that reading it allocates nothing.
 */
export class DgramReceiver implements Receiver {
  readonly kind = "dgram";
  #datagrams = 0;
  #octets = 0;
  #socketErrors = 0;
  readonly #sockets: BoundSocket[] = [];
  readonly #bytes = new Uint8Array(maxDatagramOctets);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #onDatagram: OnDatagram;
  readonly #sources: SourceTable;
  readonly #askedBytes: number;
  #closed: Promise<void> | null = null;

  private constructor(options: DgramReceiverOptions) {
    this.#onDatagram = options.onDatagram;
    this.#sources = new SourceTable(options.sourceLimit);
    this.#askedBytes = options.receiveBufferBytes ?? 33_554_432;
  }

  /**
   * Opens every socket, or none.
   *
   * Errors: ReceiveError where a port is taken or an address is not here. IPv6
   * is left out where the machine has none and `host` is `::`.
   */
  static async open(options: DgramReceiverOptions): Promise<DgramReceiver> {
    const receiver = new DgramReceiver(options);
    const host = options.host ?? "::";
    try {
      for (const port of options.ports) {
        if (host !== "::") {
          await receiver.#bind(host, port);
          continue;
        }
        const chosen = await receiver.#bind("0.0.0.0", port);
        try {
          await receiver.#bind("::", chosen);
        } catch (error) {
          if (!(error instanceof Error) || !("code" in error) || error.code !== "NO_SUCH_ADDRESS")
            throw error;
        }
      }
    } catch (error) {
      await receiver.close();
      throw error;
    }
    return receiver;
  }

  /** The ports that are listened on, as the system chose them, each once. */
  get ports(): number[] {
    return [...new Set(this.#sockets.map(({ port }) => port))];
  }

  /** Counters now; reads the kernel's table of sockets. */
  stats(): ReceiverStats {
    const sockets = this.#sockets.map(({ address, port, receiveBufferBytes }) => ({
      address,
      port,
      receiveBufferBytes,
      kernelDrops: readKernelDrops(address, port),
    }));
    const known = sockets.map(({ kernelDrops }) => kernelDrops).filter((drops) => drops !== null);
    return {
      datagrams: this.#datagrams,
      octets: this.#octets,
      kernelDrops: known.length === 0 ? null : known.reduce((sum, drops) => sum + drops, 0),
      fragments: 0,
      badChecksums: 0,
      truncated: 0,
      socketErrors: this.#socketErrors,
      receiveBufferAskedBytes: this.#askedBytes,
      sources: this.#sources.size,
      passingSources: this.#sources.passing,
      sockets,
    };
  }

  /** Closes every socket; no datagram is given after the promise resolves. May be called again. */
  close(): Promise<void> {
    this.#closed ??= Promise.all(
      this.#sockets.map(
        ({ socket }) =>
          new Promise<void>((resolve) => {
            socket.close(() => {
              resolve();
            });
          }),
      ),
    ).then(() => {
      this.#sockets.length = 0;
    });
    return this.#closed;
  }

  async #bind(host: string, port: number): Promise<number> {
    const six = isIPv6(host);
    const socket = createSocket({ type: six ? "udp6" : "udp4", ipv6Only: six });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind({ address: host, port, exclusive: true }, () => {
          socket.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw bindError(error, host, port);
    }
    const bound = socket.address();
    socket.on("error", () => {
      this.#socketErrors++;
    });
    socket.on("message", (message, remote) => {
      this.#take(message, remote, bound.port);
    });
    const receiveBufferBytes = growReceiveBuffer(socket, this.#askedBytes);
    this.#sockets.push({ socket, address: bound.address, port: bound.port, receiveBufferBytes });
    return bound.port;
  }

  #take(message: Uint8Array, remote: RemoteInfo, localPort: number): void {
    const length = message.length;
    this.#datagrams++;
    this.#octets += length;
    this.#bytes.set(message);
    const source = this.#sources.ofText(remote.address);
    this.#onDatagram(this.#bytes, this.#view, 0, length, source, Date.now(), remote.port, localPort);
  }
}

/** Asks for `bytes`, for less where the system refuses outright; what was granted. */
function growReceiveBuffer(socket: Socket, bytes: number): number {
  for (let ask = bytes; ask >= 65_536; ask = Math.floor(ask / 2)) {
    try {
      socket.setRecvBufferSize(ask);
      break;
    } catch {
      // BSDs refuse what Linux silently lowers.
    }
  }
  // Linux doubles the size for its own bookkeeping and tells the doubled one (socket(7)).
  const told = socket.getRecvBufferSize();
  return process.platform === "linux" ? Math.floor(told / 2) : told;
}
