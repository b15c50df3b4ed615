import { readNumber } from "@ishizue/ledger";
import { type PrivacyKey, pseudonymOf, readPrivacyKey } from "@ishizue/store";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";

/**
 * Names that a line has in the store: its own, or its pseudonyms under every key that is kept. A phone number may be written with
 * what people write around its digits.
 */
export function namesOf(line: string, config: Config): string[] {
  const number = readNumber(line);
  const names = number === undefined || number === line ? [line] : [line, number];
  if (config.privacy.profile === "pseudonymous") return names.flatMap((name) => pseudonymsOf(name, config));
  const key = number === undefined ? undefined : readPrivacyKey(config.gateway.keyFile);
  return key === undefined ? names : [...names, pseudonymOf(number ?? "", key.lineKey)];
}

function pseudonymsOf(line: string, { privacy }: Config): string[] {
  const file = basename(privacy.keyFile);
  const kept = readdirSync(dirname(privacy.keyFile)).filter(
    (name) => name === file || (name.startsWith(`${file}.`) && /\.[0-9a-f]{16}$/.test(name)),
  );
  return kept
    .map((name) => readPrivacyKey(join(dirname(privacy.keyFile), name)))
    .filter((key): key is PrivacyKey => key !== undefined)
    .map((key) => pseudonymOf(line, key.lineKey));
}
