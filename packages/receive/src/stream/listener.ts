import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { listenError, systemCode } from "./error.ts";

/**
 * Listens on one TCP port; `host` `::` is every address of both families, and
 * of IPv4 alone where the machine has no IPv6.
 *
 * Errors: StreamError of a failed listen.
 */
export async function listenOn(
  host: string,
  port: number,
  onConnection: (socket: Socket, localPort: number) => void,
): Promise<{ server: Server; port: number }> {
  // Half open, so that messages on their way are still read when this side has closed (RFC 7011, 10.4.4).
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
  for (const address of host === "::" ? ["::", "0.0.0.0"] : [host]) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: address, port, exclusive: true, backlog: 256 }, () => {
          server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      if (address === "::" && ["EAFNOSUPPORT", "EADDRNOTAVAIL"].includes(systemCode(error))) continue;
      throw listenError(error, host, port);
    }
    const bound = (server.address() as AddressInfo).port;
    // Errors of accept(2), such as too many open files: the exporter tries again (RFC 7011, 10.4.4).
    server.on("error", () => {});
    server.on("connection", (socket) => {
      onConnection(socket, bound);
    });
    return { server, port: bound };
  }
  throw listenError(new Error("no address family"), host, port);
}
