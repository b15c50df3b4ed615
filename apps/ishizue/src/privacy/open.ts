import {
  createPrivacyKey,
  movePrivacyKey,
  type PrivacyKey,
  privacyRecords,
  readPrivacyKey,
  recordPrivacy,
  settlePrivacy,
  type Store,
} from "@ishizue/store";
import type { Config } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { LedgerPrivacy } from "./ledger-privacy.ts";

/**
 * Settles under which profile and key this run writes: the key file is made
 * where the store is new, and has to be the store's own where it is not.
 *
 * Errors: STORE_PRIVACY_KEY, STORE_PRIVACY_CHANGED, NO_PRIVACY_KEY.
 */
export async function openPrivacy(store: Store, { privacy }: Config): Promise<LedgerPrivacy> {
  if (privacy.profile !== "pseudonymous") {
    await settlePrivacy(store, privacy.profile, "");
    return new LedgerPrivacy();
  }
  await finishRotation(store, privacy.keyFile);
  const key = readPrivacyKey(privacy.keyFile) ?? (await firstKey(store, privacy.keyFile));
  const { sinceMs } = await settlePrivacy(store, privacy.profile, key.id);
  return new LedgerPrivacy(key, sinceMs);
}

async function firstKey(store: Store, keyFile: string): Promise<PrivacyKey> {
  const records = await privacyRecords(store);
  if (records.some(({ key }) => key !== "")) {
    throw new CommandFault(
      "NO_PRIVACY_KEY",
      `there is no key file ${keyFile}, and the store was written with one`,
      "put the key file back from its copy; where it is lost, begin with an empty data folder",
    );
  }
  return createPrivacyKey(keyFile);
}

/** Where the next key lies until the store says that it holds. */
const nextOf = (keyFile: string): string => `${keyFile}.next`;

/** A rotation that ended between the store's word and the file's place is brought to its end. */
async function finishRotation(store: Store, keyFile: string): Promise<void> {
  const next = readPrivacyKey(nextOf(keyFile));
  if (next === undefined) return;
  if ((await privacyRecords(store)).at(-1)?.key === next.id) movePrivacyKey(nextOf(keyFile), keyFile);
}

/**
 * Gives the store another key: from now on lines have other pseudonyms and
 * addresses other forms, and the ledger begins empty. The old key is kept as
 * `<keyFile>.<id>` where `keepOld`, else it is gone with this.
 *
 * Outcomes: ids of the old and the new key. Nobody else may write meanwhile.
 */
export async function rotatePrivacyKey(
  store: Store,
  config: Config,
  keepOld: boolean,
): Promise<{ from: string; to: string }> {
  const { keyFile, profile } = config.privacy;
  if (profile !== "pseudonymous") {
    throw new CommandFault(
      "NO_PRIVACY_KEY",
      `the profile ${profile} has no key`,
      "a key is of privacy.profile: pseudonymous alone",
    );
  }
  await openPrivacy(store, config);
  const old = readPrivacyKey(keyFile);
  if (old === undefined) throw new Error("a pseudonymous store was opened without its key");
  // One of a rotation that ended before the store knew of it is as good as a new one.
  const next = readPrivacyKey(nextOf(keyFile)) ?? createPrivacyKey(nextOf(keyFile));
  if (keepOld) movePrivacyKey(keyFile, `${keyFile}.${old.id}`);
  await recordPrivacy(store, "pseudonymous", next.id);
  movePrivacyKey(nextOf(keyFile), keyFile);
  return { from: old.id, to: next.id };
}
