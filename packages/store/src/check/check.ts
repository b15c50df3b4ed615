import { join } from "node:path";
import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import { schemaVersion } from "../schema/migrate.ts";
import { hasWriters } from "../spool/alone.ts";
import type { CheckSubject, Finding } from "./finding.ts";
import { checkDisk, checkFolder } from "./folder.ts";
import { checkParts } from "./parts.ts";
import { checkPrivacy, type WantedPrivacy } from "./privacy.ts";
import { checkRollups } from "./rollups.ts";
import { checkSchema, versionFinding, versionOf } from "./schema.ts";
import { checkSpool } from "./spool.ts";

export type CheckOptions = {
  /** Folder of the spool and of an embedded engine. */
  dataDir: string;
  /** Opens another database of the same engine or server, for tables to compare with. */
  scratch: (database: string) => Promise<Store>;
  privacy: WantedPrivacy;
  /** Octets of the disk that records leave alone. */
  reserveBytes: number;
  /** Days of records that are added up anew, back from the last; 0: none. */
  days: number;
  /** Whether every part is read. */
  parts: boolean;
};

/**
 * Looks at everything that a store is made of and changes nothing of it. A
 * subject that cannot be looked at is a fault of its own, and the others go on.
 */
export async function checkStore(store: Store, options: CheckOptions): Promise<Finding[]> {
  const { dataDir, privacy, reserveBytes, days } = options;
  const spoolDir = join(dataDir, "spool");
  const found: Finding[] = [];
  const look = async (subject: CheckSubject, check: () => Promise<Finding[]>) => {
    try {
      found.push(...(await check()));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      found.push({ subject, state: "fault", text: `cannot be looked at: ${error.message}; ${error.advice}` });
    }
  };
  const version = await versionOf(store);
  const older = versionFinding(version);
  if (older !== null) found.push(older);
  const current = version === schemaVersion;
  if (current) await look("schema", () => checkSchema(store, options.scratch));
  if (options.parts) await look("parts", () => checkParts(store));
  await look("spool", () => checkSpool(store, spoolDir));
  if (current && days > 0) {
    const beside = await hasWriters(spoolDir);
    await look("rollups", () => checkRollups(store, { days, beside }));
  }
  await look("folder", () => checkFolder(dataDir));
  await look("disk", () => checkDisk(dataDir, reserveBytes));
  if (current) await look("privacy", () => checkPrivacy(store, privacy));
  return found;
}
