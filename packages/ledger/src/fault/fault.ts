/**
 * The operator's faults that this package can meet: a file that is not there, a socket that cannot be had, a
 * setting that is no address. Printed by the command line as one line: message, advice, code.
 */
export class LedgerFault extends Error {
  /** Stable, for scripts: NO_SUCH_FILE, BAD_SECRET_CLIENT, … */
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice: string) {
    super(message);
    this.name = "LedgerFault";
    this.code = code;
    this.advice = advice;
  }
}

/** What the system said when `path` could not be read, as a fault; errors that are ours come back as they are. */
export function fileFault(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "ENOENT":
      return new LedgerFault("NO_SUCH_FILE", `there is no file ${path}`, "check the path");
    case "EISDIR":
      return new LedgerFault("NOT_A_FILE", `${path} is a folder`, "name a file in it");
    case "EACCES":
    case "EPERM":
      return new LedgerFault("NO_PERMISSION", `${path} may not be read`, "run as a user who may read it");
    case "Z_DATA_ERROR":
    case "Z_BUF_ERROR":
      return new LedgerFault(
        "BAD_GZIP",
        `${path} is a gzip file that ends too early or is damaged`,
        "copy it again, then import it",
      );
    default:
      return error;
  }
}
