/**
 * A PDF as Chromium writes it with its clock taken out: /CreationDate and /ModDate become the report's own moment, of
 * the same length, so that no offset moves. Source: ISO 32000-1, 14.3.3 (document information), 7.9.4 (dates).
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
  return Buffer.from(stable, "latin1");
}

/** YYYYMMDDHHmmSS of an ISO 8601 instant; the epoch where it is none. */
function momentOf(instant: string): string {
  const time = new Date(instant);
  const known = Number.isNaN(time.getTime()) ? new Date(0) : time;
  return known.toISOString().replace(/\D/g, "").slice(0, 14);
}
