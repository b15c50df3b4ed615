/**
 * The tokens of ClickHouse SQL, as far as a gatekeeper needs them: where
 * strings, quoted names and comments begin and end, and what words stand between.
 *
 * Source: ClickHouse `src/Parsers/Lexer.cpp`. Where the two could disagree
 * (typographic quotes, here-documents, NUL), the token is `odd` and the
 * gatekeeper refuses it instead of guessing.
 */
export type Token = {
  kind: "word" | "quotedName" | "string" | "number" | "mark" | "odd" | "end";
  /** Of a word or a quoted name: the name itself; of a mark: the character. */
  text: string;
  start: number;
  end: number;
  /** Brackets open around the token. */
  depth: number;
};

const wordStart = /[A-Za-z_]/;
const wordPart = /[A-Za-z0-9_]/;

export class Lexer {
  readonly sql: string;
  #offset = 0;
  #depth = 0;

  constructor(sql: string) {
    this.sql = sql;
  }

  next(): Token {
    const { sql } = this;
    this.#skipTrivia();
    const start = this.#offset;
    if (start >= sql.length) return this.#token("end", "", start, start);
    const first = sql[start];
    if (wordStart.test(first)) {
      let end = start + 1;
      while (end < sql.length && wordPart.test(sql[end])) end++;
      return this.#token("word", sql.slice(start, end), start, end);
    }
    if (first >= "0" && first <= "9") {
      let end = start + 1;
      while (end < sql.length && /[A-Za-z0-9_.]/.test(sql[end])) end++;
      return this.#token("number", sql.slice(start, end), start, end);
    }
    if (first === "'" || first === '"' || first === "`") {
      const end = this.#endOfQuoted(start, first);
      if (end < 0) return this.#token("odd", first, start, sql.length);
      return first === "'"
        ? this.#token("string", "", start, end)
        : this.#token("quotedName", sql.slice(start + 1, end - 1), start, end);
    }
    if (first === "(" || first === "[" || first === "{") {
      const token = this.#token("mark", first, start, start + 1);
      this.#depth++;
      return token;
    }
    if (first === ")" || first === "]" || first === "}") {
      this.#depth--;
      return this.#token("mark", first, start, start + 1);
    }
    // $ may open a here-document, typographic quotes open strings and names, other non-ASCII means nothing outside quotes.
    if (first === "$" || first > "~" || first < " ") return this.#token("odd", first, start, start + 1);
    return this.#token("mark", first, start, start + 1);
  }

  #token(kind: Token["kind"], text: string, start: number, end: number): Token {
    this.#offset = end;
    return { kind, text, start, end, depth: this.#depth };
  }

  #skipTrivia(): void {
    const { sql } = this;
    for (;;) {
      const at = this.#offset;
      const character = sql[at];
      if (character === " " || (character >= "\t" && character <= "\r")) {
        this.#offset++;
      } else if (sql.startsWith("--", at) || sql.startsWith("# ", at) || sql.startsWith("#!", at)) {
        const end = sql.indexOf("\n", at);
        this.#offset = end < 0 ? sql.length : end + 1;
      } else if (sql.startsWith("/*", at)) {
        const end = sql.indexOf("*/", at + 2);
        // An open comment hides the rest from us and is an error to the engine: leave it visible.
        if (end < 0) return;
        this.#offset = end + 2;
      } else {
        return;
      }
    }
  }

  /** Offset after the closing quote, −1 when there is none. Both `\'` and `''` stay inside. */
  #endOfQuoted(start: number, quote: string): number {
    const { sql } = this;
    for (let at = start + 1; at < sql.length; at++) {
      if (sql[at] === "\\") at++;
      else if (sql[at] === quote) {
        if (sql[at + 1] !== quote) return at + 1;
        at++;
      }
    }
    return -1;
  }
}
