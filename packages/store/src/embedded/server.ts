import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Credential } from "./credential.ts";
import type { RequestOptions } from "./request.ts";
import { parseRequestOptions, requestLimits } from "./request.ts";
import type { Sessions } from "./sessions.ts";
import { literal } from "./sessions.ts";
import { Slots } from "./slots.ts";
import type { Statement } from "./statement.ts";
import { parseStatement, readOnlyRefusal } from "./statement.ts";

/** Names a file of the spool that an INSERT takes its data from, instead of from the body. */
export const spoolFileHeader = "x-ishizue-spool-file";

export type EngineServerOptions = {
  sessions: Sessions;
  credential: Credential;
  /** Bodies of inserts are kept here until the engine has read them. */
  incomingDir: string;
  /** The only folder that `spoolFileHeader` may name a file of. */
  spoolDir: string;
  engineVersion: string;
};

class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The ClickHouse HTTP interface in front of chDB, as far as the official client
 * uses it: /ping, queries in URL or body, parameters, settings, formats,
 * exceptions with X-ClickHouse-Exception-Code, the response summary, gzip bodies.
 *
 * A query whose client goes away is killed; an insert runs to its end.
 */
export async function createEngineServer(options: EngineServerOptions) {
  await mkdir(options.incomingDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(options.incomingDir)) {
    await rm(join(options.incomingDir, name), { force: true });
  }
  // Inserts have slots of their own: heavy analyses must not hold up what arrives.
  const slots = { query: new Slots(6, 200), insert: new Slots(2, 200) };
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0 }, (request, response) => {
    handle(request, response, options, slots).catch((error: unknown) => fail(response, error));
  });
  return server;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: EngineServerOptions,
  slots: { query: Slots; insert: Slots },
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/ping") {
    response.end("Ok.\n");
    return;
  }
  if (url.pathname !== "/") throw new Refusal(404, 0, "There is no handle here");
  if (!options.credential.admits(request, url.searchParams)) {
    throw new Refusal(
      403,
      516,
      "Authentication failed: password is incorrect, or there is no user (AUTHENTICATION_FAILED)",
    );
  }
  if (request.method !== "GET" && request.method !== "POST") throw new Refusal(405, 0, "GET or POST");
  const parsed = parseRequestOptions(url.searchParams);
  if ("refused" in parsed) throw new Refusal(400, 36, `${parsed.refused} (BAD_ARGUMENTS)`);
  const body = bodyOf(request);
  let sql = parsed.query;
  let inline = "";
  // Without a query in the URL the body is the query, with its inline data if it has any.
  sql ??= (await readAll(body, requestLimits.inlineBytes)).toString();
  let statement = parseStatement(sql);
  if (statement.kind === "other" && parsed.query !== undefined && request.method === "POST") {
    const rest = (await readAll(body, requestLimits.queryBytes)).toString();
    if (rest.trim() !== "") {
      sql += `\n${rest}`;
      statement = parseStatement(sql);
    }
  }
  if (statement.kind === "insert") inline = sql.slice(statement.dataOffset).replace(/^\r?\n/, "");
  if (sql.length - inline.length > requestLimits.queryBytes) {
    throw new Refusal(413, 62, `query text over ${requestLimits.queryBytes} bytes (SYNTAX_ERROR)`);
  }
  if (parsed.readOnly || request.method === "GET") {
    const refusal = readOnlyRefusal(sql);
    if (refusal !== undefined) throw new Refusal(500, 164, `${refusal} (READONLY)`);
  }
  if (statement.kind === "refused") throw new Refusal(400, 62, `${statement.reason} (SYNTAX_ERROR)`);
  // The parts of all tables have to be of one moment: no insert between that of flows and those of its rollups.
  if (statement.kind === "other" && statement.keyword === "BACKUP") {
    if (!(await slots.insert.close())) throw new Refusal(503, 202, "a backup is being made already");
    try {
      await run(statement.text, statement, parsed, response, options);
    } finally {
      slots.insert.open();
    }
    return;
  }
  const lane = statement.kind === "insert" ? slots.insert : slots.query;
  const work =
    statement.kind === "insert"
      ? await receiveInsert(
          statement,
          inline,
          parsed.query === undefined ? undefined : body,
          request,
          options,
        )
      : { sql: statement.text, discard: async () => {} };
  try {
    if (!(await lane.enter())) {
      throw new Refusal(503, 202, "too many requests wait for the engine (TOO_MANY_SIMULTANEOUS_QUERIES)");
    }
    try {
      await run(work.sql, statement, parsed, response, options);
    } finally {
      lane.leave();
    }
  } finally {
    await work.discard();
  }
}

async function run(
  sql: string,
  statement: Statement,
  parsed: RequestOptions,
  response: ServerResponse,
  options: EngineServerOptions,
): Promise<void> {
  const queryId = parsed.queryId || randomUUID();
  const isInsert = statement.kind === "insert";
  response.setHeader("X-ClickHouse-Query-Id", headerText(queryId));
  response.setHeader("X-ClickHouse-Timezone", "UTC");
  if (response.destroyed) return;
  if (sql === "") {
    response.setHeader("X-ClickHouse-Summary", summary(0, 0, 0, true));
    response.end();
    return;
  }
  const comment = `${queryId} ${randomUUID()}`;
  const settings = new Map(parsed.settings);
  settings.set("log_comment", comment);
  if (!settings.has("max_result_bytes")) settings.set("max_result_bytes", String(requestLimits.resultBytes));
  let finished = false;
  const onClose = () => {
    if (!finished && !isInsert) options.sessions.kill(comment).catch(() => {});
  };
  response.on("close", onClose);
  try {
    const result = await options.sessions.run({
      sql,
      format: parsed.defaultFormat,
      database: parsed.database,
      settings,
      params: parsed.params,
      readOnly: parsed.readOnly,
      keepsState: statement.kind === "other" && /^(SET|USE)$/.test(statement.keyword),
    });
    finished = true;
    const bytes = result.bytes();
    response.setHeader(
      "X-ClickHouse-Summary",
      summary(result.rowsRead, result.bytesRead, result.elapsed, isInsert),
    );
    response.setHeader("Content-Length", bytes.length);
    response.end(bytes);
  } finally {
    finished = true;
    response.off("close", onClose);
  }
}

type InsertStatement = Extract<Statement, { kind: "insert" }>;

/** Puts the data of an INSERT into a file and makes the statement that reads it from there. */
async function receiveInsert(
  statement: InsertStatement,
  inline: string,
  body: Readable | undefined,
  request: IncomingMessage,
  options: EngineServerOptions,
): Promise<{ sql: string; discard: () => Promise<void> }> {
  const fromFile = (path: string) =>
    `${statement.head} FROM INFILE ${literal(path)} COMPRESSION 'none' ${statement.settings} FORMAT ${statement.format}`;
  const spoolFile = request.headers[spoolFileHeader];
  if (spoolFile !== undefined) {
    const name = String(spoolFile);
    if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(name)) throw new Refusal(400, 36, "bad spool file name");
    const path = join(options.spoolDir, name);
    const size = await stat(path).catch(() => undefined);
    if (size === undefined || !size.isFile())
      throw new Refusal(404, 107, `no spool file ${name} (FILE_DOESNT_EXIST)`);
    return { sql: fromFile(path), discard: async () => {} };
  }
  const path = join(options.incomingDir, `${randomUUID()}.data`);
  const discard = () => rm(path, { force: true });
  try {
    if (inline !== "") await writeFile(path, inline, { mode: 0o600 });
    if (body !== undefined) {
      const file = createWriteStream(path, { mode: 0o600, flags: "a" });
      await pipeline(body, limit(requestLimits.insertBytes), file);
    }
    const size = await stat(path).catch(() => undefined);
    if (size === undefined || size.size === 0) {
      await discard();
      return { sql: "", discard: async () => {} };
    }
    return { sql: fromFile(path), discard };
  } catch (error) {
    await discard();
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new Refusal(500, 243, `no space left on the disk of the data directory (NOT_ENOUGH_SPACE)`);
    }
    throw error;
  }
}

function bodyOf(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return request;
  if (encoding !== "gzip")
    throw new Refusal(415, 0, `Content-Encoding ${headerText(encoding)} is not supported`);
  const gunzip = createGunzip();
  request.on("error", (error) => gunzip.destroy(error));
  return request.pipe(gunzip);
}

async function readAll(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw new Refusal(413, 62, `request body over ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function limit(maxBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > maxBytes) done(new Refusal(413, 62, `insert body over ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
}

/** As X-ClickHouse-Summary. What views add to written_rows is not known to chDB and not in it. */
function summary(rows: number, bytes: number, elapsedSeconds: number, isInsert: boolean): string {
  return JSON.stringify({
    read_rows: String(rows),
    read_bytes: String(bytes),
    written_rows: isInsert ? String(rows) : "0",
    written_bytes: isInsert ? String(bytes) : "0",
    total_rows_to_read: "0",
    result_rows: isInsert ? "0" : String(rows),
    result_bytes: isInsert ? "0" : String(bytes),
    elapsed_ns: String(Math.round(elapsedSeconds * 1e9)),
  });
}

const headerText = (text: string) => text.replace(/[^\x20-\x7e]/g, "?");

const statusOfCode: Readonly<Record<string, number>> = {
  60: 404,
  81: 404,
  62: 400,
  36: 400,
  47: 404,
  46: 404,
  202: 503,
};

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  let status = 500;
  let code = 1002;
  let text = message;
  if (error instanceof Refusal) {
    ({ status, code } = error);
    text = `Code: ${code}. DB::Exception: ${message}`;
  } else {
    const found = /^Code: (\d+)\. /.exec(message)?.[1];
    if (found !== undefined) {
      code = Number(found);
      status = statusOfCode[found] ?? 500;
    } else {
      text = `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
    }
  }
  response.statusCode = status;
  response.setHeader("X-ClickHouse-Exception-Code", String(code));
  response.setHeader("Connection", "close");
  response.end(`${text}\n`);
}
