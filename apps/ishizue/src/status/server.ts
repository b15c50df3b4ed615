import { metricsText } from "../metrics/metrics.ts";
import { type Answer, exposed, type HttpAddress, type HttpServer, json, serveAnswers } from "./http.ts";
import type { CollectorStatus, ExporterDetail } from "./snapshot.ts";

/** What the status server asks the collector. */
export interface StatusSource {
  status(): CollectorStatus | Promise<CollectorStatus>;
  /** null where no exporter has that address. */
  exporter(address: string): ExporterDetail | null | Promise<ExporterDetail | null>;
  /** Taken so far. One number, cheap: what a sender paces itself by. */
  datagrams(): number;
}

const EXPORTER_PATH = "/status/exporters/";

/**
 * Serves the collector's state over HTTP. Loopback by default: there is no
 * authentication.
 *
 * Shape: GET /status and /status/exporters/ADDRESS (JSON), /metrics (the
 * Prometheus text format), /datagrams (a number).
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export function startStatusServer(address: HttpAddress, source: StatusSource): Promise<HttpServer> {
  return serveAnswers(address, (path) => answer(path, source));
}

async function answer(path: string, source: StatusSource): Promise<Answer> {
  if (path === "/status") return json(await source.status());
  if (path === "/metrics") return exposed(metricsText(await source.status()));
  if (path === "/datagrams") return json(source.datagrams());
  if (!path.startsWith(EXPORTER_PATH)) {
    return `only GET /status, ${EXPORTER_PATH}ADDRESS, /metrics, /datagrams`;
  }
  const name = decoded(path.slice(EXPORTER_PATH.length));
  const detail = name === null ? null : await source.exporter(name);
  return detail === null ? "no such exporter" : json(detail);
}

/** null where a percent sign means nothing. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
