import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EXPOSITION_TYPE } from "../metrics/exposition.ts";

export type HttpAddress = { readonly host: string; readonly port: number };
export type HttpServer = { readonly port: number; readonly close: () => Promise<void> };

/** What a path is answered with; a string says why there is nothing there. */
export type Answer = { readonly type: string; readonly body: string } | string;

/** As JSON, in one line. */
export function json(value: unknown): Answer {
  return { type: "application/json", body: JSON.stringify(value) };
}

/** Metrics in the Prometheus text format. */
export function exposed(text: string): Answer {
  return { type: EXPOSITION_TYPE, body: text };
}

/**
 * Answers GET requests over HTTP by their path, without authentication.
 *
 * Outcomes: 404 where `answer` gives a string, 405 for another method, 503 where it rejects.
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export async function serveAnswers(
  address: HttpAddress,
  answer: (path: string) => Answer | Promise<Answer>,
): Promise<HttpServer> {
  const server: Server = createServer((request, response) => {
    respond(request, response, answer).catch((error: unknown) => {
      if (!response.headersSent) send(response, 503, "text/plain", `${String(error)}\n`);
    });
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (path: string) => Answer | Promise<Answer>,
): Promise<void> {
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    send(response, 405, "text/plain", "only GET\n");
    return;
  }
  const answered = await answer((request.url ?? "").split("?", 1)[0]);
  if (typeof answered === "string") send(response, 404, "text/plain", `${answered}\n`);
  else send(response, 200, answered.type, answered.body);
}

function send(response: ServerResponse, code: number, type: string, body: string): void {
  response
    .writeHead(code, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
    })
    .end(body);
}
