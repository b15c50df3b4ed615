export type ReceiveErrorCode =
  | "PORT_IN_USE"
  | "NO_PERMISSION"
  | "NO_SUCH_ADDRESS"
  | "UNKNOWN_HOST"
  | "CANNOT_LISTEN"
  | "NO_INTERFACE"
  | "NO_RECEIVER";

/** The operator named a place where nothing can listen; `advice` says what to do. */
export class ReceiveError extends Error {
  readonly code: ReceiveErrorCode;
  /** `host:port` as asked for. */
  readonly value: string;
  readonly advice: string;

  constructor(code: ReceiveErrorCode, message: string, value: string, advice: string) {
    super(message);
    this.name = "ReceiveError";
    this.code = code;
    this.value = value;
    this.advice = advice;
  }
}

/** The error of a failed bind in the operator's words. */
export function bindError(error: unknown, host: string, port: number): ReceiveError {
  const cause = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const value = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  switch (cause) {
    case "EADDRINUSE":
      return new ReceiveError(
        "PORT_IN_USE",
        `UDP port ${port} on ${host} is taken`,
        value,
        `stop the process that holds it (ss -lunp 'sport = :${port}') or choose another port`,
      );
    case "EACCES":
    case "EPERM":
      return new ReceiveError(
        "NO_PERMISSION",
        `this user may not listen on UDP port ${port}`,
        value,
        "choose a port of 1024 or more, or grant CAP_NET_BIND_SERVICE",
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return new ReceiveError(
        "NO_SUCH_ADDRESS",
        `this machine does not have the address ${host}`,
        value,
        "listen on ::, on 0.0.0.0 or on an address that this machine has",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ReceiveError("UNKNOWN_HOST", `no address is known for ${host}`, value, "write an address");
    default:
      return new ReceiveError(
        "CANNOT_LISTEN",
        `cannot listen on UDP ${value} (${cause})`,
        value,
        "check the address and the port",
      );
  }
}
