import { Ledger, type LeaseEvent, type LeaseLogRow, LineTable, LedgerView } from "@ishizue/ledger";
import { encodeFlows, FlowRows, type Store } from "@ishizue/store";
import { parseAddress } from "@ishizue/wire";
import { encodeLeases } from "../collector/lease-journal.ts";
import { attribute } from "../pipeline/attribution.ts";
import { sharedPorts } from "../pipeline/ports.ts";
import { LedgerPrivacy } from "../privacy/ledger-privacy.ts";

/** Numbers in [0, 1) that the seed alone tells: mulberry32 (public domain). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function words(text: string): Uint32Array {
  const into = new Uint32Array(4);
  if (!parseAddress(text, into, 0)) throw new Error(text);
  return into;
}

/** Midnight of the day that the records are of. */
export const dayMs = Date.UTC(2026, 5, 1);
export const hourMs = 3_600_000;

const addresses = [
  ...Array.from({ length: 12 }, (_, host) => `192.0.2.${host + 1}`),
  ...Array.from({ length: 6 }, (_, net) => `2001:db8:${net + 1}::7`),
  "198.51.100.9",
  "203.0.113.80",
];

/** Records of six hours: some long, some of several packets, some uncounted or of unknown interval, some there twice. */
export function someRecords(random: () => number, count: number): FlowRows {
  const rows = new FlowRows(count);
  rows.rowCount = count;
  const below = (n: number) => Math.floor(n * random());
  for (let row = 0; row < count; row++) {
    if (row > 0 && random() < 0.02) {
      copyRow(rows, row - 1, row);
      continue;
    }
    rows.flowEnd[row] = dayMs + below(6 * hourMs);
    rows.flowStart[row] = rows.flowEnd[row] - (random() < 0.1 ? below(4 * hourMs) : below(60_000));
    rows.received[row] = rows.flowEnd[row] + 2000;
    rows.exporter.set(words(random() < 0.5 ? "192.0.2.250" : "192.0.2.251"), 4 * row);
    rows.role[row] = 1;
    rows.counted[row] = random() < 0.9 ? 1 : 0;
    rows.samplingInterval[row] = random() < 0.95 ? [1, 10, 8192][below(3)] : 0;
    rows.packets[row] = 1 + below(3);
    rows.octets[row] = 40 + below(1460);
    rows.protocol[row] = [6, 17, 1][below(3)];
    rows.srcPort[row] = 1024 + below(3);
    rows.dstPort[row] = [443, 80, 53][below(3)];
    rows.ingressInterface[row] = 1 + below(3);
    rows.egressInterface[row] = 1 + below(3);
    rows.srcAddress.set(words(addresses[below(addresses.length)]), 4 * row);
    rows.dstAddress.set(words(addresses[below(addresses.length)]), 4 * row);
  }
  return rows;
}

function copyRow(rows: FlowRows, from: number, to: number): void {
  for (const column of Object.values(rows)) {
    if (typeof column === "number") continue;
    const wide = (column as Uint32Array).length / rows.capacity;
    (column as Uint32Array).copyWithin(to * wide, from * wide, (from + 1) * wide);
  }
}

/** Leases of some of the addresses, open ones, ended ones, of prefixes and of single addresses. */
export function someLeases(random: () => number, count: number, knownMs: number): LeaseEvent[] {
  const below = (n: number) => Math.floor(n * random());
  return Array.from({ length: count }, (): LeaseEvent => {
    const startMs = dayMs - hourMs + below(12) * 0.5 * hourMs;
    const kind = below(4);
    const prefix =
      kind === 0
        ? { words: words("192.0.2.0"), prefixLength: 96 + 28 }
        : kind === 1
          ? { words: words(`2001:db8:${1 + below(6)}::`), prefixLength: 48 }
          : { words: words(`192.0.2.${1 + below(12)}`), prefixLength: 128 };
    return {
      kind: "lease",
      feed: "csv",
      knownMs,
      line: `line-${below(9)}`,
      startMs,
      endMs: random() < 0.3 ? Number.POSITIVE_INFINITY : startMs + (1 + below(6)) * 0.5 * hourMs,
      prefix,
    };
  });
}

export function newLedger(): Ledger {
  return new Ledger({ lines: new LineTable(), customerPrefixes: ["192.0.2.0/24", "2001:db8::/32"] });
}

/** Writes rows of the lease log into the store. */
export async function writeLeases(store: Store, rows: readonly LeaseLogRow[], token: string): Promise<void> {
  if (rows.length === 0) return;
  await store.insertBlock("leases", encodeLeases(rows, new LedgerPrivacy()), token);
}

/** Attributes records by the ledger as the pipeline does, and writes them into `flows`. */
export async function writeRecords(
  store: Store,
  rows: FlowRows,
  ledger: Ledger,
  token: string,
): Promise<void> {
  const view = new LedgerView(ledger.shared());
  const { srcAddress, dstAddress, flowEnd, rowCount, protocol } = rows;
  const srcPorts = view.hasPorts ? sharedPorts(rows.srcPort, protocol, rowCount) : undefined;
  view.resolveRows(srcAddress, flowEnd, 0, rowCount, rows.lineIn, srcPorts);
  const dstPorts = view.hasPorts ? sharedPorts(rows.dstPort, protocol, rowCount) : undefined;
  view.resolveRows(dstAddress, flowEnd, 0, rowCount, rows.lineOut, dstPorts);
  attribute(rows, rows.rowCount);
  for (let row = 0; row < rows.rowCount; row++) {
    const [source, destination] = [rows.lineIn[row], rows.lineOut[row]];
    rows.accessIn[row] = source < 0 ? 0 : view.lines.access(source);
    rows.classIn[row] = source < 0 ? 0 : view.lines.class(source);
    rows.accessOut[row] = destination < 0 ? 0 : view.lines.access(destination);
    rows.classOut[row] = destination < 0 ? 0 : view.lines.class(destination);
  }
  const block = encodeFlows(rows, (line) => view.lines.nameBytes(line).slice());
  await store.insertBlock("flows", block, token);
}

const keys: Readonly<Record<string, string>> = {
  line_hour: "line_id, hour",
  port_hour: "hour, service, access, class, direction, protocol, port",
  edge_5m: "exporter, role, interface, direction, bin",
  quality_5m: "exporter, bin",
};

/** Every rollup as it is now, or as of a revision: whole numbers as text, rows of nothing left out. */
export async function rollups(
  store: Store,
  revision?: number,
): Promise<Record<string, Record<string, unknown>[]>> {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const [table, key] of Object.entries(keys)) {
    const columns = await store.query<{ name: string; type: string }>(
      "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}",
      { table },
    );
    const sums = columns.filter(({ name }) => !`${key}, revision`.split(", ").includes(name));
    const until = revision === undefined || table === "edge_5m" ? "1" : `r.revision <= ${revision}`;
    const whole = sums.filter(({ type }) => type !== "Float64").map(({ name }) => `sum(r.${name})`);
    all[table] = await store.query(
      `SELECT ${key}, ${sums.map(({ name, type }) => (type === "Float64" ? `sum(r.${name}) AS ${name}` : `toString(sum(r.${name})) AS ${name}`)).join(", ")}
       FROM ${table} AS r WHERE ${until} GROUP BY ${key} HAVING ${whole.map((sum) => `${sum} != 0`).join(" OR ")} ORDER BY ${key}`,
    );
  }
  return all;
}
