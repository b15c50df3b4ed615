import type { Chdb, ChdbResult, ChdbSession } from "./chdb.ts";

export type RunRequest = {
  sql: string;
  /** Used when the SQL names no FORMAT. */
  format: string;
  database: string;
  settings: ReadonlyMap<string, string>;
  /** Values as the HTTP interface takes them: escaped as in TabSeparated. */
  params: ReadonlyMap<string, string>;
  /** Runs with the engine's `readonly = 1`, in a session of its own. */
  readOnly: boolean;
  /** The statement itself changes the session: SET, USE. */
  keepsState: boolean;
};

type Pooled = { session: ChdbSession; database: string; touched: Set<string>; params: Set<string> };

/**
 * chDB sessions, reused. A request's settings and parameters are SET in a
 * session that no other request uses at the time (chDB's own binding of
 * parameters is serialised over the process; a SET a session is not), and are
 * put back to their defaults before the next request. What cannot be put back
 * (readonly, a parameter that the next request's SQL mentions without giving
 * it, SET and USE as statements) costs a new session: 1–2 ms.
 */
export class Sessions {
  readonly #chdb: Chdb;
  readonly #path: string;
  readonly #idle: Pooled[] = [];
  readonly #maxIdle: number;
  /** Keeps the engine up between requests and runs KILL QUERY. */
  readonly #root: ChdbSession;

  constructor(chdb: Chdb, path: string, connectionArgs: readonly string[], maxIdle: number) {
    this.#chdb = chdb;
    this.#path = path;
    this.#maxIdle = maxIdle;
    this.#root = new chdb.Session(path, { connectionArgs });
  }

  async run(request: RunRequest): Promise<ChdbResult> {
    const pooled = request.readOnly ? this.#fresh() : this.#take(request.sql, request.params);
    const sets: string[] = [];
    for (const name of pooled.touched) if (!request.settings.has(name)) sets.push(`${name} = DEFAULT`);
    for (const [name, value] of request.settings) sets.push(`${name} = ${literal(value)}`);
    for (const [name, value] of request.params) sets.push(`param_${name} = ${literal(value)}`);
    if (request.readOnly) sets.push("readonly = 1");
    const use = pooled.database === request.database ? "" : `USE ${quotedName(request.database)}; `;
    const set = sets.length === 0 ? "" : `SET ${sets.join(", ")}; `;
    // Before the call: after a failure it is not known how far it came.
    pooled.database = use === "" ? pooled.database : "";
    for (const name of request.settings.keys()) pooled.touched.add(name);
    for (const name of request.params.keys()) pooled.params.add(name);
    let reusable = !request.readOnly && !request.keepsState;
    try {
      const result = await pooled.session.queryAsync(`${use}${set}${request.sql}`, {
        format: request.format,
      });
      pooled.database = request.database;
      pooled.touched = new Set(request.settings.keys());
      return result;
    } catch (error) {
      reusable = false;
      throw error;
    } finally {
      if (reusable && this.#idle.length < this.#maxIdle) this.#idle.push(pooled);
      else pooled.session.close();
    }
  }

  /** Asks the engine to stop the query that runs under this log_comment; does not wait for it. */
  async kill(comment: string): Promise<void> {
    await this.#root.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(comment)} ASYNC`);
  }

  async query(sql: string): Promise<string> {
    return Buffer.from((await this.#root.queryAsync(sql, { format: "TabSeparated" })).bytes()).toString();
  }

  async close(): Promise<void> {
    for (const pooled of this.#idle.splice(0)) pooled.session.close();
    await this.#chdb.drainPending();
    this.#root.close();
    await this.#chdb.drainPending();
  }

  #fresh(): Pooled {
    return {
      session: new this.#chdb.Session(this.#path),
      database: "default",
      touched: new Set(),
      params: new Set(),
    };
  }

  #take(sql: string, params: ReadonlyMap<string, string>): Pooled {
    const pooled = this.#idle.pop();
    if (pooled === undefined) return this.#fresh();
    for (const name of pooled.params) {
      if (!params.has(name) && sql.includes(name)) {
        pooled.session.close();
        return this.#fresh();
      }
    }
    return pooled;
  }
}

/** A string literal of ClickHouse SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** A quoted name of ClickHouse SQL. */
export function quotedName(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}
