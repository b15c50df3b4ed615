import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EXPOSITION_TYPE } from "../metrics/exposition.ts";
import { metricsText } from "../metrics/metrics.ts";
import type { CollectorStatus, ExporterDetail } from "./snapshot.ts";

/** What the status server asks the collector. */
export interface StatusSource {
  status(): CollectorStatus | Promise<CollectorStatus>;
  /** null where no exporter has that address. */
  exporter(address: string): ExporterDetail | null | Promise<ExporterDetail | null>;
  /** Taken so far. One number, cheap: what a sender paces itself by. */
  datagrams(): number;
}

const JSON_TYPE = "application/json";
const EXPORTER_PATH = "/status/exporters/";

/**
 * Serves the collector's state over HTTP. Loopback by default: there is no
 * authentication.
 *
 * Shape: GET /status and /status/exporters/ADDRESS (JSON), /metrics (the
 * Prometheus text format), /datagrams (a number).
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export async function startStatusServer(
  address: { host: string; port: number },
  source: StatusSource,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    answer(request, response, source).catch((error: unknown) => {
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  source: StatusSource,
): Promise<void> {
  const path = (request.url ?? "").split("?", 1)[0];
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    send(response, 405, "text/plain", "only GET\n");
  } else if (path === "/status") {
    send(response, 200, JSON_TYPE, JSON.stringify(await source.status()));
  } else if (path === "/metrics") {
    send(response, 200, EXPOSITION_TYPE, metricsText(await source.status()));
  } else if (path === "/datagrams") {
    send(response, 200, JSON_TYPE, JSON.stringify(source.datagrams()));
  } else if (path.startsWith(EXPORTER_PATH)) {
    const name = decoded(path.slice(EXPORTER_PATH.length));
    const detail = name === null ? null : await source.exporter(name);
    if (detail === null) send(response, 404, "text/plain", "no such exporter\n");
    else send(response, 200, JSON_TYPE, JSON.stringify(detail));
  } else {
    send(response, 404, "text/plain", `only GET /status, ${EXPORTER_PATH}ADDRESS, /metrics, /datagrams\n`);
  }
}

/** null where a percent sign means nothing. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
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
