import type { LeaseLogColumns, LeaseLogRow, TextColumn } from "./log.ts";

/** Log rows as a store hands them out in columns. */
export function logColumns(rows: readonly LeaseLogRow[]): LeaseLogColumns {
  const words = new Uint32Array(4 * rows.length);
  for (const [row, lease] of rows.entries()) words.set(lease.words, 4 * row);
  return {
    count: rows.length,
    domain: textColumn(rows.map(({ domain }) => domain)),
    words,
    prefixLength: Uint8Array.from(rows, ({ prefixLength }) => prefixLength),
    validFromMs: Float64Array.from(rows, ({ validFromMs }) => validFromMs),
    validToMs: Float64Array.from(rows, ({ validToMs }) => validToMs),
    knownFromMs: Float64Array.from(rows, ({ knownFromMs }) => knownFromMs),
    line: textColumn(rows.map(({ line }) => line)),
    source: textColumn(rows.map(({ source }) => source)),
    ports: {
      first: Uint16Array.from(rows, ({ ports }) => ports?.first ?? 0),
      last: Uint16Array.from(rows, ({ ports }) => ports?.last ?? 0xffff),
      stride: Uint16Array.from(rows, ({ ports }) => ports?.stride ?? 0),
    },
    inside: {
      domain: textColumn(rows.map(({ inside }) => inside?.domain ?? "")),
      words: Uint32Array.from(rows.flatMap(({ inside }) => [...(inside?.words ?? [0, 0, 0, 0])])),
    },
  };
}

/** Each text behind one octet, as where its length is written. */
function textColumn(texts: readonly string[]): TextColumn {
  const octets = texts.map((text) => Buffer.from(text));
  const starts = new Uint32Array(texts.length);
  const ends = new Uint32Array(texts.length);
  let at = 0;
  for (const [row, text] of octets.entries()) {
    starts[row] = at + 1;
    ends[row] = at + 1 + text.length;
    at = ends[row];
  }
  return { bytes: Buffer.concat(octets.flatMap((text) => [Buffer.from([text.length]), text])), starts, ends };
}
