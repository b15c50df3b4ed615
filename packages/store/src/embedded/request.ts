/** What a request's URL asks for besides its SQL. */
export type RequestOptions = {
  query: string | undefined;
  queryId: string;
  database: string;
  defaultFormat: string;
  readOnly: boolean;
  settings: Map<string, string>;
  params: Map<string, string>;
};

/** Bounds on one request; `STORE` docs state them. */
export const requestLimits = {
  queryBytes: 1 << 20,
  inlineBytes: 64 << 20,
  insertBytes: 1 << 30,
  settings: 100,
  params: 200,
  valueBytes: 256 << 10,
  /** Result of one query in memory, unless the request says less or more. */
  resultBytes: 1 << 30,
} as const;

/** Bounds on a read-only request: what it may ask for at most, and gets when it does not ask. */
export const readOnlyLimits = {
  max_execution_time: { byDefault: 60, atMost: 600 },
  max_memory_usage: { byDefault: 2e9, atMost: 8e9 },
  max_result_rows: { byDefault: 1_000_000, atMost: 10_000_000 },
  max_result_bytes: { byDefault: 256 << 20, atMost: 1 << 30 },
  max_rows_to_read: { byDefault: 0, atMost: 0 },
} as const;

const notSettings = new Set(["query", "query_id", "user", "password", "database", "default_format"]);
/** Settings of the HTTP layer that the embedded engine does not know and this server need not act on. */
const ofHttpLayer = new Set([
  "wait_end_of_query",
  "buffer_size",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
  "http_response_buffer_size",
  "http_zlib_compression_level",
  "http_native_compression_disable_checksumming_on_decompress",
  "enable_http_compression",
  "add_http_cors_header",
  "cancel_http_readonly_queries_on_client_close",
  "http_write_exception_in_output_format",
  "log_queries",
  "readonly",
]);
/** What a read-only request may set. */
const readOnlySetting =
  /^(max_threads|max_block_size|session_timezone|extremes|join_algorithm|max_bytes_before_external_(sort|group_by)|result_overflow_mode|(output_format|format|date_time_output_format)_[a-z0-9_]+|date_time_output_format)$/;

/** The options in `url`, or why the request is refused. */
export function parseRequestOptions(url: URLSearchParams): RequestOptions | { refused: string } {
  const options: RequestOptions = {
    query: url.get("query") ?? undefined,
    queryId: (url.get("query_id") ?? "").slice(0, 200),
    database: url.get("database") || "default",
    defaultFormat: url.get("default_format") ?? "TabSeparated",
    readOnly: (url.get("readonly") ?? "0") !== "0",
    settings: new Map(),
    params: new Map(),
  };
  if (!/^[A-Za-z0-9]{1,64}$/.test(options.defaultFormat)) return { refused: "bad default_format" };
  if (options.database.length > 200) return { refused: "bad database" };
  for (const [name, value] of url) {
    if (notSettings.has(name) || ofHttpLayer.has(name)) continue;
    if (name === "session_id" || name === "role" || name === "compress" || name === "decompress") {
      if (value !== "" && value !== "0")
        return { refused: `${name} is not supported by the embedded engine` };
      continue;
    }
    const isParam = name.startsWith("param_");
    const key = isParam ? name.slice(6) : name;
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(key)) return { refused: "bad parameter or setting name" };
    if (value.length > requestLimits.valueBytes || value.includes("\0")) {
      return { refused: `value of ${key} is too long or holds NUL` };
    }
    (isParam ? options.params : options.settings).set(key, value);
  }
  if (options.params.size > requestLimits.params) return { refused: "too many parameters" };
  if (options.settings.size > requestLimits.settings) return { refused: "too many settings" };
  return options.readOnly ? bounded(options) : options;
}

function bounded(options: RequestOptions): RequestOptions | { refused: string } {
  for (const [name, value] of options.settings) {
    if (name in readOnlyLimits) {
      if (!/^\d{1,15}$/.test(value)) return { refused: `${name} is not a number` };
    } else if (!readOnlySetting.test(name)) {
      return { refused: `a read-only request cannot set ${name}` };
    }
  }
  for (const [name, { byDefault, atMost }] of Object.entries(readOnlyLimits)) {
    const asked = Number(options.settings.get(name) ?? byDefault);
    // 0 means no bound to the engine: not for a read-only request, where a bound exists.
    const value = atMost === 0 ? asked : asked === 0 ? atMost : Math.min(asked, atMost);
    options.settings.set(name, String(value));
  }
  return options;
}
