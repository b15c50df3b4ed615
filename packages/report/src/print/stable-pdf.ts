/**
 * A PDF as Chromium writes it without what differs from one run to the next, each part as long as it was, so that no
 * offset moves: /CreationDate and /ModDate become the report's own moment, cells of tables, which Chromium numbers over
 * all that it has at hand, are numbered from one in the same order.
 * Source: ISO 32000-1, 14.3.3 (document information), 7.9.4 (dates), 14.8.5.7 (/Headers, /ID).
 */
export function stablePdf(pdf: Uint8Array, instant: string): Uint8Array {
  const text = Buffer.from(pdf).toString("latin1");
  const digits = momentOf(instant);
  const stable = text
    .replace(/\/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)/g, (_, key: string, zone: string) => {
      return `/${key} (D:${digits}${zone})`;
    })
    .replace(/\/ID\s*\[\s*<([0-9A-Fa-f]*)>\s*<([0-9A-Fa-f]*)>\s*\]/g, (found) =>
      found.replace(/<[0-9A-Fa-f]*>/g, (id) => `<${"0".repeat(id.length - 2)}>`),
    );
  return Buffer.from(renumbered(stable), "latin1");
}

function renumbered(text: string): string {
  const node = /\(node(\d{8})\)/g;
  const numbers = [...new Set([...text.matchAll(node)].map(([, number]) => number))].toSorted();
  const ranks = new Map(numbers.map((number, rank) => [number, String(rank + 1).padStart(8, "0")]));
  return text.replace(node, (_, number: string) => `(node${ranks.get(number)})`);
}

/** YYYYMMDDHHmmSS of an ISO 8601 instant; the epoch where it is none. */
function momentOf(instant: string): string {
  const time = new Date(instant);
  const known = Number.isNaN(time.getTime()) ? new Date(0) : time;
  return known.toISOString().replace(/\D/g, "").slice(0, 14);
}
