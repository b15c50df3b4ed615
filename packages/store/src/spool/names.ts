import { parseSpoolName } from "./file.ts";
import { journalOf } from "./journal.ts";
import { seriesOf } from "./owner.ts";

/** Whether a file of the spool is one that its writer never ended: half a block, or a try whether the disk has room. */
export function isHalfWritten(name: string): boolean {
  return name.endsWith(".tmp") || name.endsWith(".probe");
}

/** Whether no writer of a spool made a file of this name. */
export function isForeign(name: string): boolean {
  if (name === "corrupt" || name.startsWith("spool.lock") || isHalfWritten(name)) return false;
  if (name.endsWith(".owner")) return seriesOf(name) === undefined;
  return parseSpoolName(name) === undefined && journalOf(name) === undefined;
}
