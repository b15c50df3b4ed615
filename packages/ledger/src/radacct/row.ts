/** The cells of one line of an export, NULL as "", or why it has none. */
export function cellsOfExport(text: string, separator: string): string[] | string {
  if (text.includes("\uFFFD")) return "is not UTF-8";
  const cells: string[] = [];
  for (let at = 0; at <= text.length;) {
    if (text[at] === '"') {
      const end = endOfQuoted(text, at + 1);
      const next = text[end + 1];
      if (end < 0 || (next !== undefined && next !== separator)) return "has quotes that do not match";
      cells.push(unescapeCell(text.slice(at + 1, end).replaceAll('""', '"')));
      at = end + 2;
    } else {
      const end = text.indexOf(separator, at);
      const cell = text.slice(at, end < 0 ? text.length : end);
      cells.push(isNull(cell) ? "" : unescapeCell(cell));
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

/** MySQL writes a backslash before quotes, separators and itself. */
function unescapeCell(cell: string): string {
  return cell.includes("\\") ? cell.replaceAll(/\\(.)/gs, "$1") : cell;
}

/** What separates the cells: that of comma, tab, semicolon and bar of which the header has the most. */
export function separatorOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [",", "\t", ";", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
