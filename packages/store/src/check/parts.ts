import type { Store } from "../open/store.ts";
import { counted, type Finding, findings } from "./finding.ts";

const { ok, note, fault } = findings("parts");

/** Parts that are named one by one. */
const listed = 10;

/** Reads every part of every table that the server asked has, and compares it with its checksums. */
export async function checkParts(store: Store): Promise<Finding[]> {
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree') ORDER BY name",
  );
  const found: Finding[] = [];
  let parts = 0;
  for (const { name } of tables) {
    const read = await store.query<{ part_path: string; is_passed: number; message: string }>(
      `CHECK TABLE ${name} SETTINGS check_query_single_value_result = 0`,
      undefined,
      { max_execution_time: 0 },
    );
    parts += read.length;
    const bad = read.filter(({ is_passed }) => is_passed !== 1);
    for (const { part_path, message } of bad.slice(0, listed)) {
      found.push(
        fault(
          `part ${part_path} of ${name} is damaged: ${message.split("\n", 1)[0]}; check the disk, restore a backup`,
        ),
      );
    }
    if (bad.length > listed) found.push(fault(`${bad.length - listed} more parts of ${name} are damaged`));
  }
  const detached = await store.query<{ table: string; reason: string; parts: number }>(
    "SELECT table, reason, count() AS parts FROM system.detached_parts WHERE database = currentDatabase() GROUP BY table, reason ORDER BY table",
  );
  for (const { table, reason, parts: count } of detached) {
    const text = `the engine set ${counted(count, "part")} of ${table} aside (${reason === "" ? "by hand" : reason})`;
    found.push(reason.includes("broken") ? fault(`${text}: rows are missing, restore a backup`) : note(text));
  }
  if (found.some(({ state }) => state === "fault")) return found;
  return [
    ok(`${counted(parts, "part")} of ${counted(tables.length, "table")} are as their checksums say`),
    ...found,
  ];
}
