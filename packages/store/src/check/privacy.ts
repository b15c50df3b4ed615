import type { Store } from "../open/store.ts";
import type { PrivacyProfile } from "../privacy/profile.ts";
import { privacyRecords } from "../privacy/record.ts";
import { counted, type Finding, findings } from "./finding.ts";

const { ok, note, fault } = findings("privacy");

/** What the configuration says of privacy. */
export type WantedPrivacy = {
  profile: PrivacyProfile;
  /** Id of the key in the key file; null where there is none. */
  key: string | null;
};

/** Whether the store was written as the configuration says, and holds nothing that its profile keeps out. */
export async function checkPrivacy(store: Store, wanted: WantedPrivacy): Promise<Finding[]> {
  const records = await privacyRecords(store);
  const last = records.at(-1);
  if (last === undefined) return [ok("nothing was written yet")];
  const found: Finding[] = [];
  const pseudonymous = last.profile === "pseudonymous";
  if (pseudonymous !== (wanted.profile === "pseudonymous")) {
    found.push(
      fault(
        `the store is written as ${last.profile}, the configuration says ${wanted.profile}: set privacy.profile back`,
      ),
    );
  } else if (last.profile !== wanted.profile) {
    found.push(
      note(
        `the store is written as ${last.profile}; from the next \`ishizue collect\` on as ${wanted.profile}`,
      ),
    );
  }
  if (pseudonymous && wanted.key === null) {
    found.push(
      fault(
        `the key ${last.key} of the store is not in its file: put it back from its copy (privacy.keyFile)`,
      ),
    );
  } else if (pseudonymous && wanted.key !== last.key) {
    found.push(
      fault(
        `the store is written with the key ${last.key}, the key file has ${wanted.key}: put the right one back`,
      ),
    );
  }
  if (pseudonymous) found.push(...(await namesInClear(store)));
  if (last.profile === "rollups-only") found.push(...(await keptRecords(store, last.sinceMs)));
  if (found.some(({ state }) => state === "fault")) return found;
  return [ok(`written as ${last.profile}, and holds nothing else`), ...found];
}

/** Where the holder of a lease may be the address behind a NAT, which is anonymised and is no line. */
const tablesOfHolders = new Set(["lease_resolutions"]);

/** A pseudonym is 32 hexadecimal digits, see `pseudonymOf`; what is in brackets is nobody. */
async function namesInClear(store: Store): Promise<Finding[]> {
  const found: Finding[] = [];
  const tables = await store.query<{ table: string; columns: string[] }>(
    `SELECT c.table AS table, groupArray(c.name) AS columns FROM system.columns AS c
     INNER JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
     WHERE c.database = currentDatabase() AND endsWith(t.engine, '${store.cluster === undefined ? "MergeTree" : "Distributed"}')
       AND c.name IN ('line', 'line_in', 'line_out', 'other_line') GROUP BY table ORDER BY table`,
  );
  for (const { table, columns } of tables) {
    const address = (name: string): string =>
      tablesOfHolders.has(table) ? ` AND NOT isIPv4String(${name}) AND NOT isIPv6String(${name})` : "";
    const clear = columns.map(
      (name) => `(${name} != '' AND NOT match(${name}, '^([0-9a-f]{32}|\\\\(.*\\\\))$')${address(name)})`,
    );
    const [{ rows }] = await store.query<{ rows: number }>(
      `SELECT count() AS rows FROM ${table} WHERE ${clear.join(" OR ")}`,
    );
    if (rows > 0)
      found.push(
        fault(`${counted(rows, "row")} of ${table} name a line in clear: \`ishizue forget\` that line`),
      );
  }
  return found;
}

/** Blocks of before the profile may have waited in the spool for so long. */
const spooledSeconds = 86_400;

async function keptRecords(store: Store, sinceMs: number): Promise<Finding[]> {
  const [{ before, after }] = await store.query<{ before: number; after: number }>(
    "SELECT countIf(inserted < toDateTime({until:UInt32})) AS before, count() - before AS after FROM flows",
    { until: Math.floor(sinceMs / 1000) + spooledSeconds },
  );
  const found: Finding[] = [];
  if (after > 0) {
    found.push(
      fault(
        `flows holds ${counted(after, "record")} that came in a day and more after rollups-only was set: see what else writes to this store`,
      ),
    );
  }
  if (before > 0)
    found.push(note(`flows holds ${counted(before, "record")} of before rollups-only, until they expire`));
  return found;
}
