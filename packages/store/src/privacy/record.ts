import { StoreError } from "../open/errors.ts";
import type { Store } from "../open/store.ts";
import type { PrivacyProfile } from "./profile.ts";

export type PrivacyRecord = {
  profile: PrivacyProfile;
  /** Id of the key that lines and addresses are written with; '' in clear. */
  key: string;
  /** From when on; milliseconds since the epoch. */
  sinceMs: number;
};

/** Every change of profile or key, oldest first. */
export async function privacyRecords(store: Store): Promise<PrivacyRecord[]> {
  return store.query<PrivacyRecord>(
    "SELECT p.profile AS profile, p.key AS key, toFloat64(toUnixTimestamp64Milli(p.since)) AS sinceMs FROM privacy AS p ORDER BY p.since, p.key",
  );
}

/** Writes down that from now on the store is written so. */
export async function recordPrivacy(store: Store, profile: PrivacyProfile, key: string): Promise<void> {
  await store.command("INSERT INTO privacy (profile, key) SELECT {profile:String}, {key:String}", {
    profile,
    key,
  });
}

/**
 * Checks that the store may go on under `profile` and `key` (''  without one),
 * and writes a change down. `full` and `rollups-only` may follow one another; in clear and
 * pseudonymous never share a store, and a key follows another by `ishizue privacy rotate` alone.
 *
 * Outcomes: the record that holds, its `sinceMs` that of the first with this key; STORE_PRIVACY_CHANGED,
 * STORE_PRIVACY_KEY.
 */
export async function settlePrivacy(
  store: Store,
  profile: PrivacyProfile,
  key: string,
): Promise<PrivacyRecord> {
  const records = await privacyRecords(store);
  const last = records.at(-1);
  if (last === undefined && profile === "pseudonymous" && (await holdsPeople(store))) {
    throw new StoreError(
      "STORE_PRIVACY_CHANGED",
      "the store holds lines and addresses in clear, which a pseudonymous one must not",
      "begin with an empty data folder (--data), and remove this one when its time has come",
    );
  }
  if (last !== undefined && (last.profile === "pseudonymous") !== (profile === "pseudonymous")) {
    throw new StoreError(
      "STORE_PRIVACY_CHANGED",
      `the store is written as ${last.profile}, the configuration says ${profile}`,
      `set privacy.profile back to ${last.profile}, or begin with an empty data folder (--data)`,
    );
  }
  if (last !== undefined && last.key !== key) {
    throw new StoreError(
      "STORE_PRIVACY_KEY",
      `the store is written with the privacy key ${last.key}, the key file has ${key}`,
      "put the key file back that belongs to this store (privacy.keyFile)",
    );
  }
  if (last?.profile !== profile) await recordPrivacy(store, profile, key);
  const since = records.find((record) => record.key === key)?.sinceMs ?? 0;
  return { profile, key, sinceMs: key === "" ? 0 : since };
}

async function holdsPeople(store: Store): Promise<boolean> {
  const [{ rows }] = await store.query<{ rows: number }>(
    "SELECT (SELECT count() FROM leases) + (SELECT count() FROM lines) + (SELECT count() FROM flows) + (SELECT count() FROM line_hour) + (SELECT count() FROM line_usage) AS rows",
  );
  return rows > 0;
}
