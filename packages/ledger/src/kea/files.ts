import { existsSync } from "node:fs";

/**
 * A lease file and what Kea's lease file cleanup has left beside it, oldest first.
 *
 * `.2` is the outcome of the cleanup before, `.1` what was written until the one that runs or has failed, `.completed` the
 * outcome that waits to become `.2`. All are read: each row is a transaction, and one that comes again changes nothing.
 * `.output` is half-written. Source: Kea Administrator Reference Manual, "Why Is Lease File Cleanup Necessary?".
 */
export function keaLeaseFiles(path: string): string[] {
  if (/\.(1|2|completed|gz)$/.test(path)) return [path];
  const beside = [".2", ".1", ".completed"].map((suffix) => `${path}${suffix}`);
  return [...beside.filter((file) => existsSync(file)), path];
}
