/**
 * Faults that the operator can do something about. `code` is stable, `message`
 * says what was seen, `advice` what to do; the command line prints them in one line.
 */
export type StoreErrorCode =
  | "STORE_ENGINE_MISSING"
  | "STORE_ENGINE_VERSION"
  | "STORE_ENGINE_START"
  | "STORE_ENGINE_GONE"
  | "STORE_DATA_DIR_IN_USE"
  | "STORE_DATA_DIR_NOT_WRITABLE"
  | "STORE_DISK_FULL"
  | "STORE_UNREACHABLE"
  | "STORE_AUTHENTICATION"
  | "STORE_SCHEMA_NEWER"
  | "STORE_PRIVACY_KEY"
  | "STORE_UNKNOWN_LINE"
  | "STORE_BACKUP_EXISTS"
  | "STORE_BACKUP_DAMAGED"
  | "STORE_NOT_EMPTY"
  | "STORE_NOT_FORGOTTEN"
  | "STORE_MOVE_DIFFERS"
  | "STORE_PRIVACY_CHANGED"
  | "STORE_REATTRIBUTION_RUNNING"
  | "STORE_SPOOL_FULL"
  | "STORE_SPOOL_CLOSED"
  | "STORE_SPOOL_CORRUPT"
  | "STORE_SPOOL_GONE"
  | "STORE_SPOOL_IN_USE"
  | "STORE_SQL_REFUSED"
  | "STORE_QUERY_FAILED"
  | "STORE_QUERY_LIMIT"
  | "STORE_QUERY_CANCELLED";

export class StoreError extends Error {
  override name = "StoreError";
  readonly code: StoreErrorCode;
  readonly advice: string;

  constructor(code: StoreErrorCode, message: string, advice: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.advice = advice;
  }
}

export const isStoreError = (error: unknown): error is StoreError => error instanceof StoreError;

/** What the engine process says when it cannot start: crosses the process boundary as JSON. */
export type StartFault = { code: StoreErrorCode; message: string; advice: string; pid?: number };

/** Names what an error of the file system means for the operator. */
export function fileFault(error: unknown, path: string): StoreError | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new StoreError(
      "STORE_DISK_FULL",
      `no space left on the disk of ${path}`,
      "free space on that disk, or point the data directory at a larger one",
      error,
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR") {
    return new StoreError(
      "STORE_DATA_DIR_NOT_WRITABLE",
      `cannot write to ${path} (${code})`,
      "give the user that runs ishizue write permission there, or choose another data directory",
      error,
    );
  }
  return undefined;
}
