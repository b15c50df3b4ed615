/** The cells of one line of an export, NULL as "", or why it has none. */
export function cellsOfExport(text: string, separator: string): string[] | string {
  if (text.includes("\uFFFD")) return "is not UTF-8";
  const cells: string[] = [];
  for (let at = 0; at <= text.length;) {
    if (text[at] === '"') {
      const end = endOfQuoted(text, at + 1);
      const next = text[end + 1];
      if (end < 0 || (next !== undefined && next !== separator)) return "has quotes that do not match";
      cells.push(unescapeCell(text.slice(at + 1, end).replaceAll('""', '"'), separator));
      at = end + 2;
    } else {
      const end = text.indexOf(separator, at);
      const cell = text.slice(at, end < 0 ? text.length : end);
      cells.push(isNull(cell) ? "" : unescapeCell(cell, separator));
      at = (end < 0 ? text.length : end) + 1;
    }
  }
  return cells;
}

/** Position of the quote that closes a cell; -1 for none. A quote within is doubled or behind a backslash. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') {
      if (text[at + 1] !== '"') return at;
      at++;
    }
  }
  return -1;
}

/** NULL as mysql (`\N`, `NULL`) and sqlite3 and psql (nothing, `NULL`) write it. */
function isNull(cell: string): boolean {
  return cell === "\\N" || cell === "NULL" || cell === "null";
}

/** What a letter behind a backslash stands for in columns separated by tabs. */
const controls: Readonly<Record<string, string>> = {
  t: "\t",
  n: "\n",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  0: "\0",
};

/**
 * A cell without the backslashes of MySQL and of PostgreSQL's text format. They stand before themselves, quotes and
 * separators; before any other letter only in columns separated by tabs: a CSV of psql or sqlite3 has `DOMAIN\user` as it is.
 */
function unescapeCell(cell: string, separator: string): string {
  if (!cell.includes("\\")) return cell;
  return cell.replaceAll(/\\(.)/gs, (whole, letter: string) => {
    if (separator === "\t") return controls[letter] ?? letter;
    return letter === "\\" || letter === '"' || letter === "'" || letter === separator ? letter : whole;
  });
}

/** What separates the cells: that of comma, tab, semicolon and bar of which the header has the most. */
export function separatorOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [",", "\t", ";", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
