/** A store with lines, addresses and names of its own, and the search for any of them in the files of a report. */
import { RollupProvider } from "@ishizue/simulator";
import { openStore } from "@ishizue/store";
import { parquetReadObjects } from "hyparquet";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { inflateSync } from "node:zlib";
import { parseConfig } from "../config/load.ts";
import { Stages } from "../progress/stages.ts";
import { rollupStages, writeRollups } from "../simulate/rollups.ts";

/** Phones by their numbers on IPv6, and a broadband customer by name. */
const namedLines = [
  ...Array.from({ length: 15 }, (_, i) => [`+8190123450${10 + i}`, "mobile", `2001:db8:51:${i + 1}::`]),
  ["hanako.yamada@example.net", "PPPoE", "2001:db8:77::"],
] as const;

/** Fills a store with a week of a provider and these; answers with whatever names a line or an address in it, in every form that it could be written in. */
export async function storeOfSecrets(dataDir: string, truthDir: string, week: string): Promise<string[]> {
  await writeRollups({
    provider: new RollupProvider({ weeks: [week], lines: 600, seed: 5 }),
    dataDir,
    truthDir,
    config: parseConfig({}, "test"),
    stages: new Stages(rollupStages(1), new PassThrough() as unknown as NodeJS.WriteStream),
    threads: 2,
  });
  const store = await openStore({ dataDir });
  try {
    for (const [line, access, address] of namedLines) {
      await store.command(
        `INSERT INTO lines (line, class, access, known_from) VALUES ('${line}', 'consumer', '${access}', '2023-04-28 15:00:00')`,
      );
      await store.command(
        `INSERT INTO leases (domain, address, prefix_length, valid_from, valid_to, known_from, line, source)
        VALUES ('', '${address}', 64, '2023-04-28 15:00:00', '2299-12-31 00:00:00', '2023-04-28 15:00:00', '${line}', 'test')`,
      );
      await store.command(
        `INSERT INTO line_hour (line_id, hour, octets_in, octets_out, sampled_packets_in, sampled_packets_out, variance_in, variance_out)
        SELECT sipHash64('${line}'), '2023-05-30 03:00:00', 40000000, 900000000, 40, 200, 1e12, 1e14`,
      );
    }
    const rows = await store.query<{ secret: string }>(
      `SELECT DISTINCT secret FROM (
        SELECT arrayJoin([line, toString(sipHash64(line)), lower(hex(sipHash64(line)))]) AS secret FROM leases
        UNION ALL SELECT arrayJoin([line, toString(line_id)]) FROM lines
        UNION ALL SELECT toString(line_id) FROM line_hour
        UNION ALL SELECT arrayJoin([IPv6NumToString(address), replace(IPv6NumToString(address), '::ffff:', ''),
          lower(hex(address))]) FROM leases
        UNION ALL SELECT replace(IPv6NumToString(exporter), '::ffff:', '') FROM quality_5m
        UNION ALL SELECT replace(IPv6NumToString(exporter), '::ffff:', '') FROM edge_5m
      ) WHERE secret != '' ORDER BY secret`,
    );
    return rows.map(({ secret }) => secret);
  } finally {
    await store.close();
  }
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** "file: secret" for each file of the folder that holds one. */
export async function leaks(folder: string, secrets: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of filesOf(folder))
    for (const secret of secretsIn(await textOf(path), secrets))
      found.push(`${path.slice(folder.length + 1)}: ${secret}`);
  return found;
}

/** Those that a text holds, each once. */
export function secretsIn(text: string, secrets: readonly string[]): string[] {
  const shortest = Math.min(...secrets.map(({ length }) => length));
  const byHead = new Map<string, string[]>();
  for (const secret of secrets) {
    const head = secret.slice(0, shortest);
    byHead.set(head, [...(byHead.get(head) ?? []), secret]);
  }
  const here = new Set<string>();
  for (let at = 0; at + shortest <= text.length; at++) {
    const secret = byHead.get(text.slice(at, at + shortest))?.find((each) => text.startsWith(each, at));
    if (secret !== undefined) here.add(secret);
  }
  return [...here];
}

/** The octets of a file as text, and what stands compressed in them: cells of Parquet, streams and words of PDF, texts of PNG. */
async function textOf(path: string): Promise<string> {
  const octets = readFileSync(path);
  if (path.endsWith(".parquet")) {
    const rows = await parquetReadObjects({ file: new Uint8Array(octets).slice().buffer });
    return `${octets.toString("latin1")}\n${JSON.stringify(rows)}`;
  }
  if (path.endsWith(".pdf")) return `${pdfStreams(octets)}\n${pdfWords(path)}`;
  if (path.endsWith(".png")) return octets.toString("latin1") + pngTexts(octets);
  return octets.toString("utf8");
}

/** Streams of a PDF, inflated, and what stands beside them; UTF-16 strings without their zeros. Source: ISO 32000-1, 7.3.8, 7.4.4. */
function pdfStreams(octets: Buffer): string {
  const raw = octets.toString("latin1");
  const texts = [raw];
  for (const { index, 0: head } of raw.matchAll(/stream\r?\n/g)) {
    const start = index + head.length;
    try {
      texts.push(inflateSync(octets.subarray(start, raw.indexOf("endstream", start))).toString("latin1"));
    } catch {
      // Not deflated: it is in `raw` as it stands.
    }
  }
  return texts.join("\n").replaceAll("\0", "");
}

/** What a reader can select in a PDF: glyphs are told by their fonts, so poppler reads them; also without breaks of lines. */
function pdfWords(path: string): string {
  const words = execFileSync("pdftotext", ["-raw", path, "-"], { encoding: "utf8", maxBuffer: 1 << 26 });
  return `${words}\n${words.replaceAll(/\s/g, "")}`;
}

/** Chunks of a PNG by type, as they are. Source: PNG (W3C), 5.3. */
export function pngChunks(octets: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at + 12 <= octets.length;) {
    const length = octets.readUInt32BE(at);
    const data = octets.subarray(at + 8, at + 8 + length);
    chunks.push({ type: octets.toString("latin1", at + 4, at + 8), data });
    at += 12 + length;
  }
  return chunks;
}

/** Source: PNG (W3C), 11.3.4: keyword, zero, then text; zTXt and, where its flag says so, iTXt are deflated. */
function pngTexts(octets: Buffer): string {
  return pngChunks(octets)
    .filter(({ type }) => type === "zTXt" || type === "iTXt")
    .map(({ type, data }) => {
      const afterKeyword = data.indexOf(0) + 1;
      const deflated = type === "zTXt" || data[afterKeyword] === 1;
      if (!deflated) return data.toString("utf8");
      // zTXt: method, text. iTXt: flag, method, language, zero, keyword, zero, text.
      const from =
        type === "zTXt" ? afterKeyword + 1 : data.indexOf(0, data.indexOf(0, afterKeyword + 2) + 1) + 1;
      return inflateSync(data.subarray(from)).toString("utf8");
    })
    .join("\n");
}
