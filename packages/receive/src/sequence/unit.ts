/**
 * What a sequence number counts.
 *
 * `flows`: flow records before this message (NetFlow v5, v6, v7). `messages`:
 * export messages (NetFlow v9; RFC 3954, 5.1). `records`: data records before
 * this message, those of options templates included (IPFIX; RFC 7011, 3.1).
 * `datagrams`: sFlow datagrams of an agent and sub-agent. `none`: the protocol
 * has no number (NetFlow v1), or it was found to count nothing that can be
 * known, so that nobody can tell a loss.
 */
export type SequenceUnit = (typeof units)[number];

const units = ["flows", "messages", "records", "datagrams", "none"] as const;

export function isSequenceUnit(value: unknown): value is SequenceUnit {
  return units.some((unit) => unit === value);
}

/** What the numbers of a protocol version (`DecodeOutcome.version`) count by its specification. */
export function sequenceUnit(version: number): SequenceUnit {
  switch (version) {
    case 5:
    case 6:
    case 7:
      return "flows";
    case 9:
      return "messages";
    case 10:
      return "records";
    case 105:
      return "datagrams";
    default:
      return "none";
  }
}

/** Whether the unit is a record, so that a loss needs no conversion to be one of records. */
export function isRecordUnit(unit: SequenceUnit): boolean {
  return unit === "flows" || unit === "records";
}
