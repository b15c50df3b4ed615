/** Counters since the server was opened. */
export interface AccountingStats {
  datagrams: number;
  /** Requests whose event was handed on. */
  events: number;
  responses: number;
  /** Requests that came again: answered again, or still waited for. */
  duplicates: number;
  /** Requests of an Acct-Status-Type that says nothing of a lease: answered. */
  otherStatus: number;
  /** Event-Timestamps that were not believed. */
  clockNotBelieved: number;
  /** Attributes of a wrong form. */
  invalidAttributes: number;
  /** Requests not answered because their event could not be made durable. */
  failed: number;
  readonly dropped: {
    unknownClient: number;
    badAuthenticator: number;
    malformed: number;
    /** Well-formed packets of another code. */
    otherCode: number;
    inFlightFull: number;
    /** By the kernel, because the socket's buffer was full; 0 where it does not tell. */
    bufferFull: number;
    /** Responses that the socket did not take. */
    notSent: number;
  };
}

const topNames = [
  "datagrams",
  "events",
  "responses",
  "duplicates",
  "otherStatus",
  "clockNotBelieved",
  "invalidAttributes",
  "failed",
] as const;
const droppedNames = [
  "unknownClient",
  "badAuthenticator",
  "malformed",
  "otherCode",
  "inFlightFull",
  "bufferFull",
  "notSent",
] as const;

/** Places of the counters in memory that threads share. */
export const AccountingCounter = Object.fromEntries(
  [...topNames, ...droppedNames].map((name, index) => [name, index]),
) as Record<(typeof topNames)[number] | (typeof droppedNames)[number], number>;

/** Counters at zero, for `AccountingProtocol` and `accountingStats`. */
export function makeAccountingCounts(): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * (topNames.length + droppedNames.length)));
}

export function accountingStats(counts: Float64Array): AccountingStats {
  const of = <Name extends keyof typeof AccountingCounter>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, counts[AccountingCounter[name]]])) as Record<Name, number>;
  return { ...of(topNames), dropped: of(droppedNames) };
}
