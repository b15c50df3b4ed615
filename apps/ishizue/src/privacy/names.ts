import { type PrivacyKey, pseudonymOf, readPrivacyKey } from "@ishizue/store";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";

/** Names that a line has in the store: its own, or its pseudonyms under every key that is kept. */
export function namesOf(line: string, { privacy }: Config): string[] {
  if (privacy.profile !== "pseudonymous") return [line];
  const file = basename(privacy.keyFile);
  const kept = readdirSync(dirname(privacy.keyFile)).filter(
    (name) => name === file || (name.startsWith(`${file}.`) && /\.[0-9a-f]{16}$/.test(name)),
  );
  return kept
    .map((name) => readPrivacyKey(join(dirname(privacy.keyFile), name)))
    .filter((key): key is PrivacyKey => key !== undefined)
    .map((key) => pseudonymOf(line, key.lineKey));
}
