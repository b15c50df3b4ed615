import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../open/store.ts";
import { parseSpoolName, readSpoolFile } from "../spool/file.ts";
import { journalOf, readJournal } from "../spool/journal.ts";
import { isForeign, isHalfWritten } from "../spool/names.ts";
import { liveSeries, seriesOf } from "../spool/owner.ts";
import { counted, type Finding, findings } from "./finding.ts";

const { ok, note, fault } = findings("spool");

/** Files that are named one by one. */
const listed = 10;

/** Reads what waits in the spool `dir` and compares it with what its names say; a file that goes meanwhile is in its table. */
export async function checkSpool(store: Store, dir: string): Promise<Finding[]> {
  const names = await readdir(dir).catch(() => null);
  if (names === null) return [ok("there is no spool: nothing waits")];
  const tables = new Set(
    (
      await store.query<{ name: string }>("SELECT name FROM system.tables WHERE database = currentDatabase()")
    ).map(({ name }) => name),
  );
  const live = await liveSeries(dir);
  const bad: string[] = [];
  let blocks = 0;
  let halves = 0;
  for (const name of names.toSorted()) {
    const fault = await faultOf(dir, name, tables);
    if (fault !== null) bad.push(`${name} ${fault}`);
    else if (/\.(native|journal)$/.test(name)) blocks++;
    if (isHalfWritten(name) && !live.has(seriesOf(name) ?? "")) halves++;
  }
  const found = bad
    .slice(0, listed)
    .map((text) => fault(`${text}; the next command that writes sets it aside`));
  if (bad.length > listed) found.push(fault(`${bad.length - listed} more files are not what was written`));
  const aside = await readdir(join(dir, "corrupt")).catch(() => []);
  if (aside.length > 0) {
    found.push(
      fault(
        `${counted(aside.length, "file")} in ${join(dir, "corrupt")}, set aside as not what was written: rows in there are in no table; look at them, then remove them`,
      ),
    );
  }
  if (halves > 0) {
    found.push(
      note(`${counted(halves, "half-written file")} of writers that are gone: the next one removes them`),
    );
  }
  if (bad.length > 0) return found;
  const text =
    blocks === 0
      ? "nothing waits"
      : `${counted(blocks, "block")} on the way to the tables, as they were written`;
  return [ok(text), ...found];
}

/** What is wrong with a file of the spool; null: nothing, or it is gone by now. */
async function faultOf(dir: string, name: string, tables: ReadonlySet<string>): Promise<string | null> {
  try {
    if (isForeign(name)) return (await stat(join(dir, name))).isFile() ? "is no file of a spool" : null;
    const file = parseSpoolName(name);
    const table = file?.table ?? journalOf(name)?.table;
    if (table !== undefined && !tables.has(table)) return `is of the table ${table}, which is not there`;
    if (file !== undefined && (await readSpoolFile(dir, file)) === undefined) {
      return "has another length or checksum than its name says";
    }
    // A torn end of a journal was answered to nobody; what is before it is read.
    if (journalOf(name) !== undefined) await readJournal(dir, name);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? null : `cannot be read: ${message}`;
  }
}
