import { createServer, type Server } from "node:http";

/**
 * Serves the collector's state as JSON on GET /status, for `ishizue status`,
 * for monitoring and for a simulator that paces itself. Loopback by default:
 * there is no authentication.
 *
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export async function startStatusServer(
  address: { host: string; port: number },
  status: () => unknown,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/status") {
      response.writeHead(404, { "content-type": "text/plain" }).end("only GET /status\n");
      return;
    }
    const body = JSON.stringify(status());
    response
      .writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "cache-control": "no-store",
      })
      .end(body);
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
