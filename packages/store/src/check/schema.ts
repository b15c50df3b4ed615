import type { Store } from "../open/store.ts";
import { migrate, schemaVersion } from "../schema/migrate.ts";
import { type Finding, findings } from "./finding.ts";
import { type Shape, shapesOf } from "./shape.ts";

const { ok, note, fault } = findings("schema");

/** Version of the tables; null where there are none. */
export async function versionOf(store: Store): Promise<number | null> {
  const [{ made }] = await store.query<{ made: number }>(
    "SELECT count() AS made FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'",
  );
  if (made === 0) return null;
  const [{ version }] = await store.query<{ version: number }>(
    "SELECT max(number) AS version FROM schema_migrations",
  );
  return version;
}

/** What is to be said of tables that are of another version than this ishizue's. */
export function versionFinding(version: number | null): Finding | null {
  if (version === null) return fault("there are no tables: no command of ishizue has written here");
  if (version > schemaVersion) {
    return fault(
      `the tables are of version ${version}, this ishizue knows ${schemaVersion}: use the ishizue that made them, or a newer one`,
    );
  }
  if (version === schemaVersion) return null;
  return note(
    `the tables are of version ${version}: \`ishizue collect\` brings them to ${schemaVersion}, and what is asked of them there is not checked`,
  );
}

/**
 * Compares the tables with those that this ishizue makes: in a database of its
 * own, which `scratch` opens and which is dropped afterwards.
 */
export async function checkSchema(
  store: Store,
  scratch: (database: string) => Promise<Store>,
): Promise<Finding[]> {
  const database = `ishizue_check_${process.pid}_${Date.now()}`;
  const made = await scratch(database);
  let wanted: Shape[];
  try {
    await migrate(made);
    wanted = await shapesOf(made);
  } finally {
    await made.command(`DROP DATABASE IF EXISTS ${database}`).catch(() => {});
    await made.close();
  }
  const there = new Map((await shapesOf(store)).map((shape) => [shape.name, shape]));
  const faults = wanted.flatMap((shape) => differences(shape, there.get(shape.name)));
  const names = new Set(wanted.map(({ name }) => name));
  const others = [...there.keys()].filter((name) => !names.has(name) && !name.startsWith(".inner"));
  const notes = others.length === 0 ? [] : [note(`tables that are not ishizue's: ${others.join(", ")}`)];
  if (faults.length > 0) return [...faults.map(fault), ...notes];
  return [
    ok(`${wanted.length} tables and views of version ${schemaVersion} are there, as this ishizue makes them`),
    ...notes,
  ];
}

function differences(wanted: Shape, is: Shape | undefined): string[] {
  const { name } = wanted;
  if (is === undefined) return [`${name} is missing: restore a backup, or move the store to a new folder`];
  const found: string[] = [];
  const lacking = wanted.columns.filter((column) => !is.columns.includes(column));
  const more = is.columns.filter((column) => !wanted.columns.includes(column));
  if (lacking.length > 0) found.push(`${name} lacks the column ${lacking.join(", ")}`);
  if (more.length > 0) found.push(`${name} has a column that is not ishizue's: ${more.join(", ")}`);
  if (is.engine !== wanted.engine) found.push(`${name} is a ${is.engine}, not a ${wanted.engine}`);
  else if (is.kept !== "" && is.kept !== wanted.kept) {
    found.push(`${name} is kept as ${is.kept}, not as ${wanted.kept}`);
  }
  if (is.select !== wanted.select) found.push(`${name} asks otherwise than ishizue's view`);
  return found;
}
