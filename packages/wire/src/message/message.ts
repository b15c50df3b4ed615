import type { DecodeStatus } from "../decode/outcome.ts";
import type { FieldValue } from "../field/value.ts";
import type { Sflow5Message } from "../sflow5/message.ts";

/** A record: values by IANA element name, in the template's order; an element that comes more than once is an array. */
export type MessageRecord = { [name: string]: FieldValue };

export type MessageSet = {
  /** The set id; 0 for the records of NetFlow v1 to v7, which have no sets. */
  id: number;
  kind: "template" | "optionsTemplate" | "data" | "options" | "undecoded" | "malformed";
  /** The template that a data or options set was read by. */
  templateId?: number;
  /** Where the set starts, octets from the start of the message. */
  offsetBytes: number;
  lengthBytes: number;
  records: MessageRecord[];
  /** Lists inside records (RFC 6313) that contradict themselves or are nested too deep; absent where there are none. */
  malformedStructures?: number;
  /** The last record is cut off by the end of the set, or the set holds less than one; or the message gave more values than any can. */
  cutOff?: true;
  /** Templates and withdrawals: what contradicts itself was left out. */
  malformed?: true;
};

/** One NetFlow or IPFIX message as plain values. */
export type NetflowMessage = {
  /** 1, 5, 6, 7, 9 or 10 (IPFIX); another number where `status` is unknownVersion. */
  version: number;
  status: DecodeStatus;
  observationDomainId: number;
  sequenceNumber: number;
  /** Milliseconds since the Unix epoch. */
  exportTimeMs: number;
  /** The same with all digits that the header has. */
  exportTime: string;
  /** NetFlow only. */
  sysUpTimeMs?: number;
  /** What the header says of itself: records (v1 to v9) or octets (IPFIX). Not relied on. */
  headerCount?: number;
  /** NetFlow v5: the header's last word. */
  samplingMode?: number;
  samplingInterval?: number;
  sets: MessageSet[];
};

export type Message = NetflowMessage | Sflow5Message;
