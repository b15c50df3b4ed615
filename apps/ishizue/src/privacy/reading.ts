import { privacyRecords, readPrivacyKey, type Store } from "@ishizue/store";
import type { Config } from "../config/schema.ts";
import { CommandFault } from "../fault/fault.ts";
import { LedgerPrivacy } from "./ledger-privacy.ts";

/**
 * Names and addresses as the store has them, for who asks it: nothing is made or written down.
 *
 * Errors: CommandFault NO_PRIVACY_KEY where the store is pseudonymous and its key is not at hand; those of the key file.
 */
export async function privacyOf(store: Store, { privacy }: Config): Promise<LedgerPrivacy> {
  const records = await privacyRecords(store);
  const last = records.at(-1);
  if (last === undefined || last.profile !== "pseudonymous") return new LedgerPrivacy();
  const key = readPrivacyKey(privacy.keyFile);
  if (key?.id !== last.key) {
    throw new CommandFault(
      "NO_PRIVACY_KEY",
      `the store is pseudonymous, and ${key === undefined ? `there is no key file ${privacy.keyFile}` : `${privacy.keyFile} holds another key`}: without it no address can be found in the store`,
      "put the key file in its place (privacy.keyFile), or name the configuration with --config",
    );
  }
  return new LedgerPrivacy(key, records.find((record) => record.key === key.id)?.sinceMs ?? 0);
}
