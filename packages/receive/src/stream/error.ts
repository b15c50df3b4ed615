export type StreamErrorCode =
  | "PORT_IN_USE"
  | "NO_PERMISSION"
  | "NO_SUCH_ADDRESS"
  | "UNKNOWN_HOST"
  | "CANNOT_LISTEN"
  | "BAD_PREFIX"
  | "CERTIFICATE_UNREADABLE"
  | "BAD_CERTIFICATE";

/** The operator named a place, a certificate or a prefix that cannot be used; `advice` says what to do. */
export class StreamError extends Error {
  readonly code: StreamErrorCode;
  /** What was named: `host:port`, a file, a prefix. */
  readonly value: string;
  readonly advice: string;

  constructor(code: StreamErrorCode, message: string, value: string, advice: string) {
    super(message);
    this.name = "StreamError";
    this.code = code;
    this.value = value;
    this.advice = advice;
  }
}

/** The error of a failed listen in the operator's words. */
export function listenError(error: unknown, host: string, port: number): StreamError {
  const cause = systemCode(error);
  const value = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  switch (cause) {
    case "EADDRINUSE":
      return new StreamError(
        "PORT_IN_USE",
        `TCP port ${port} on ${host} is taken`,
        value,
        `stop the process that holds it (ss -ltnp 'sport = :${port}') or choose another port`,
      );
    case "EACCES":
    case "EPERM":
      return new StreamError(
        "NO_PERMISSION",
        `this user may not listen on TCP port ${port}`,
        value,
        "choose a port of 1024 or more, or grant CAP_NET_BIND_SERVICE",
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return new StreamError(
        "NO_SUCH_ADDRESS",
        `this machine does not have the address ${host}`,
        value,
        "listen on ::, on 0.0.0.0 or on an address that this machine has",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new StreamError("UNKNOWN_HOST", `no address is known for ${host}`, value, "write an address");
    default:
      return new StreamError(
        "CANNOT_LISTEN",
        `cannot listen on TCP ${value} (${cause})`,
        value,
        "check the address and the port",
      );
  }
}

export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
