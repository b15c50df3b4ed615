import { createServer, type Server } from "node:http";

/**
 * Serves the collector's state over HTTP. Loopback by default: there is no
 * authentication.
 *
 * Shape: GET path → what `routes` has for it, as JSON.
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export async function startStatusServer(
  address: { host: string; port: number },
  routes: Readonly<Record<string, () => unknown>>,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const answer =
      request.method === "GET" && Object.hasOwn(routes, request.url ?? "") ? routes[request.url ?? ""] : null;
    if (answer === null) {
      response
        .writeHead(404, { "content-type": "text/plain" })
        .end(`only GET ${Object.keys(routes).join(", ")}\n`);
      return;
    }
    const body = JSON.stringify(answer());
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
