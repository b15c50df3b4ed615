/**
 * The operator's faults: configuration, disk, sockets, arguments. Printed as
 * one line with what to do, never with a stack. Every package throws its own
 * class of this shape; nothing else about them is known here.
 */
export interface Fault extends Error {
  /** Stable, for scripts: PORT_IN_USE, UNKNOWN_WEEK, … */
  readonly code: string;
  /** What to do about it. */
  readonly advice: string;
}

export class CommandFault extends Error implements Fault {
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice: string) {
    super(message);
    this.name = "CommandFault";
    this.code = code;
    this.advice = advice;
  }
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Error && "code" in error && "advice" in error && typeof error.advice === "string";
}

/** What the system calls' errors mean to an operator: code → [code of ours, advice]. */
const SYSTEM: Readonly<Record<string, readonly [string, string]>> = {
  EADDRINUSE: [
    "PORT_IN_USE",
    "stop the process that holds the port (ss -lunp, ss -ltnp) or choose another port",
  ],
  EADDRNOTAVAIL: [
    "NO_SUCH_ADDRESS",
    "this machine does not have that address; listen on 0.0.0.0 or on one it has",
  ],
  EACCES: [
    "NO_PERMISSION",
    "run as a user who may, or choose another place or port (ports under 1024 need root)",
  ],
  EPERM: ["NO_PERMISSION", "run as a user who may, or choose another place"],
  ENOENT: ["NO_SUCH_FILE", "check the path"],
  EEXIST: ["NOT_A_FOLDER", "name a folder, not a file"],
  EISDIR: ["NOT_A_FILE", "name a file, not a folder"],
  ENOTDIR: ["NOT_A_FOLDER", "check the path: a part of it is a file"],
  EBUSY: ["BUSY", "it is in use or a mount point; name a folder below it"],
  EIO: ["DISK_FAULT", "check the disk (dmesg)"],
  ENAMETOOLONG: ["BAD_PATH", "choose a shorter path"],
  ELOOP: ["BAD_PATH", "check the links in the path"],
  ENOSPC: ["DISK_FULL", "free some disk space and run it again; what was durable is kept"],
  EDQUOT: ["DISK_FULL", "free some disk space or raise the quota and run it again; what was durable is kept"],
  EROFS: ["READ_ONLY_DISK", "choose a folder on a disk that can be written"],
  EMFILE: ["TOO_MANY_FILES", "raise the limit of open files (ulimit -n)"],
  ECONNREFUSED: ["NOT_RUNNING", "nothing answers there; is `ishizue collect` running?"],
  ECONNRESET: ["NOT_RUNNING", "it went away; see whether it still runs"],
  ETIMEDOUT: ["NO_ANSWER", "check the address and the network to it"],
  EHOSTUNREACH: ["NO_ROUTE", "check the address and the network to it"],
  ENETUNREACH: ["NO_ROUTE", "check the address and the network to it"],
  EAFNOSUPPORT: ["NO_IPV6", "this machine has no IPv6; listen on an IPv4 address"],
  EAI_AGAIN: ["UNKNOWN_HOST", "check the host name and the resolver"],
  ENOTFOUND: ["UNKNOWN_HOST", "check the host name"],
};

/**
 * One line for an operator, or null where the error is ours.
 *
 * Outcomes: "<message>; <advice> [CODE]".
 */
export function faultLine(error: unknown): string | null {
  if (isFault(error)) {
    const message = oneLine(error.message.replace(error.advice, "")).replace(/[.;,]$/, "");
    return `${message}; ${oneLine(error.advice)} [${error.code}]`;
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const known = SYSTEM[error.code];
    if (known !== undefined) return `${oneLine(error.message)}; ${known[1]} [${known[0]}]`;
  }
  // What fetch and others wrap.
  if (error instanceof Error && error.cause instanceof Error) return faultLine(error.cause);
  return null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
