import { field, filler, flowFields } from "../netflow5/record.ts";
import { elementId as ie } from "../registry/name.ts";
import { Template } from "../template/template.ts";

/** The record of a NetFlow v1 message as a template: what its version fixes. 48 octets. */
export const netflow1Record = new Template(0, true, false, 0, [
  ...flowFields,
  filler(2),
  field(ie.protocolIdentifier, 1),
  field(ie.ipClassOfService, 1),
  field(ie.tcpControlBits, 1),
  filler(7),
]);
