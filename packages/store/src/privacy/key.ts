import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError, fileFault } from "../open/errors.ts";

/**
 * The secret of a pseudonymous store. What it is used for has a key of its own,
 * derived by HKDF (RFC 5869), so that none tells anything of another.
 */
export class PrivacyKey {
  /** Tells keys apart and gives nothing of them away; 16 hexadecimal digits. */
  readonly id: string;
  /** 32 octets, of the keyed hash of lines. */
  readonly lineKey: Uint8Array;
  /** 32 octets, of `AddressCipher`. */
  readonly addressKey: Uint8Array;

  constructor(secret: Uint8Array) {
    if (secret.length !== 32) throw new Error(`a privacy key has 32 octets, not ${secret.length}`);
    const derived = (purpose: string) =>
      new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), `ishizue ${purpose}`, 32));
    this.lineKey = derived("line");
    this.addressKey = derived("address");
    this.id = createHash("sha256").update(derived("key id")).digest("hex").slice(0, 16);
  }
}

const pattern = /^ishizue-privacy-key-1 ([A-Za-z0-9_-]{43})\s*$/;

/**
 * Reads a key file: one line, readable by its owner alone.
 *
 * Outcomes: the key, or undefined where there is no file. Errors:
 * STORE_PRIVACY_KEY where others may read it or it holds no key.
 */
export function readPrivacyKey(path: string): PrivacyKey | undefined {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, "latin1");
    mode = statSync(path).mode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileFault(error, path) ?? error;
  }
  if ((mode & 0o077) !== 0) {
    throw new StoreError(
      "STORE_PRIVACY_KEY",
      `others may read the privacy key ${path} (mode ${(mode & 0o777).toString(8)})`,
      `run chmod 600 ${path}, and rotate the key if others had access`,
    );
  }
  const match = pattern.exec(text);
  if (match === null) {
    throw new StoreError(
      "STORE_PRIVACY_KEY",
      `${path} holds no privacy key`,
      "put the key file back from its copy; without it the store's pseudonyms cannot be continued",
    );
  }
  return new PrivacyKey(Buffer.from(match[1], "base64url"));
}

/** Makes a key file with a new key, durable, mode 0600. Errors: EEXIST where there is one, faults of the disk. */
export function createPrivacyKey(path: string): PrivacyKey {
  const secret = randomBytes(32);
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      writeSync(file, `ishizue-privacy-key-1 ${secret.toString("base64url")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    syncFolder(path);
  } catch (error) {
    throw fileFault(error, path) ?? error;
  }
  return new PrivacyKey(secret);
}

/** Puts the key file `from` in the place of `to`, durably. */
export function movePrivacyKey(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(to);
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
