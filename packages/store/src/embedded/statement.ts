import { Lexer } from "./lexer.ts";
import type { Token } from "./lexer.ts";

/** What the engine process needs to know of a statement before it runs it. */
export type Statement =
  | { kind: "insert"; head: string; settings: string; format: string; dataOffset: number }
  | { kind: "other"; keyword: string; text: string }
  | { kind: "refused"; reason: string };

/**
 * Looks at one request's SQL: a single statement, nothing that reads or writes
 * files by the SQL's own words, and of an INSERT where its inline data begins
 * (they must not reach chDB inline: it takes what follows a blank line as SQL).
 */
export function parseStatement(sql: string): Statement {
  const lexer = new Lexer(sql);
  let token = lexer.next();
  if (token.kind === "end") return { kind: "refused", reason: "empty query" };
  const keyword = (token.kind === "word" ? token.text : token.text || "?").toUpperCase();
  const isInsert = keyword === "INSERT";
  let previous: Token | undefined;
  let settingsStart = -1;
  let select = false;
  for (; token.kind !== "end"; previous = token, token = lexer.next()) {
    if (token.kind === "mark" && token.text === ";") {
      const after = lexer.next();
      if (after.kind !== "end") return { kind: "refused", reason: "more than one statement" };
      return { kind: "other", keyword, text: sql.slice(0, token.start) };
    }
    if (token.kind !== "word") continue;
    const word = token.text.toUpperCase();
    const before = previous?.kind === "word" ? previous.text.toUpperCase() : "";
    if (word === "OUTFILE" && before === "INTO") {
      return { kind: "refused", reason: "INTO OUTFILE is not available over HTTP" };
    }
    if (word === "INFILE" && before === "FROM") {
      return { kind: "refused", reason: "FROM INFILE is not available over HTTP" };
    }
    if (!isInsert || token.depth > 0 || select) continue;
    if (word === "FUNCTION" && (before === "INTO" || before === "TABLE")) {
      return { kind: "refused", reason: "INSERT INTO FUNCTION is not available" };
    }
    if (word === "SELECT" || word === "WITH" || word === "WATCH") select = true;
    else if (word === "SETTINGS") settingsStart = token.start;
    else if ((word === "VALUES" || word === "FORMAT") && previous !== undefined && before !== "INTO") {
      let format = "Values";
      if (word === "FORMAT") {
        const name = lexer.next();
        if (name.kind !== "word") return { kind: "refused", reason: "INSERT … FORMAT without a format name" };
        format = name.text;
        token = { ...token, end: name.end };
      }
      const headEnd = settingsStart >= 0 ? settingsStart : previous.end;
      return {
        kind: "insert",
        head: sql.slice(0, headEnd),
        settings: settingsStart >= 0 ? sql.slice(settingsStart, previous.end) : "",
        format,
        dataOffset: token.end,
      };
    }
  }
  return { kind: "other", keyword, text: sql };
}

const readKeywords = new Set(["SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "("]);

/**
 * Functions and table functions that reach a file, another host or a program.
 * The engine's own `readonly` refuses most as tables, but neither the scalar
 * `file()`, nor DESCRIBE of a table function, nor INTO OUTFILE.
 */
const reachOut =
  /^(file|filecluster|url|urlcluster|s3|s3cluster|gcs|cosn|oss|hdfs|hdfscluster|azureblobstorage(cluster)?|remote|remotesecure|cluster|clusterallreplicas|mysql|postgresql|sqlite|mongodb|redis|odbc|jdbc|executable|input|dictionary|filesystem|python|eval|loop|arrowflight|ytsaurus|iceberg\w*|deltalake\w*|hudi\w*|paimon\w*|prometheusquery\w*|timeseries\w*|ai[a-z]*|catboostevaluate|modelevaluate|showcertificate|reversednsquery|getclienthttpheader|llm\w*|sleep|sleepeachrow)$/;

/** Why a read-only request must not run `sql`; undefined when it may. */
export function readOnlyRefusal(sql: string): string | undefined {
  const lexer = new Lexer(sql);
  let token = lexer.next();
  const keyword = token.text.toUpperCase();
  if (token.kind === "end") return "empty query";
  if (!readKeywords.has(keyword)) return `${keyword.slice(0, 30)} is not a reading statement`;
  let ended = false;
  let previous: Token | undefined;
  for (; token.kind !== "end"; previous = token, token = lexer.next()) {
    if (ended) return "more than one statement";
    if (token.kind === "odd") {
      return `unexpected character ${JSON.stringify(token.text)} outside quotes`;
    }
    if (token.kind === "mark" && token.text === ";") ended = true;
    if (token.kind === "mark" && token.text === "/" && sql[token.end] === "*")
      return "comment without an end";
    if (token.kind === "word" && /^(out|in)file$/i.test(token.text)) {
      return `${token.text.toUpperCase()} is not available to read-only queries`;
    }
    if (token.kind === "mark" && token.text === "(" && previous !== undefined) {
      const named = previous.kind === "word" || previous.kind === "quotedName";
      const name = previous.text.toLowerCase();
      // A backslash in a quoted name is an escape that we do not decode.
      if (previous.kind === "quotedName" && name.includes("\\")) return "escaped function name";
      if (named && reachOut.test(name)) {
        return `${previous.text}() is not available to read-only queries`;
      }
    }
  }
  return undefined;
}
