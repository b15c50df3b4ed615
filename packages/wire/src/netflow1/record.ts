import { fillerEnterprise } from "../registry/element.ts";
import { elementId as ie } from "../registry/name.ts";
import { type FieldSpecifier, Template } from "../template/template.ts";

const field = (id: number, length: number): FieldSpecifier => ({ enterprise: 0, id, length });
const filler = (length: number): FieldSpecifier => ({ enterprise: fillerEnterprise, id: 0, length });

/** The record of a NetFlow v1 message as a template: what its version fixes. 48 octets. */
export const netflow1Record = new Template(0, true, false, 0, [
  field(ie.sourceIPv4Address, 4),
  field(ie.destinationIPv4Address, 4),
  field(ie.ipNextHopIPv4Address, 4),
  field(ie.ingressInterface, 2),
  field(ie.egressInterface, 2),
  field(ie.packetDeltaCount, 4),
  field(ie.octetDeltaCount, 4),
  field(ie.flowStartSysUpTime, 4),
  field(ie.flowEndSysUpTime, 4),
  field(ie.sourceTransportPort, 2),
  field(ie.destinationTransportPort, 2),
  filler(2),
  field(ie.protocolIdentifier, 1),
  field(ie.ipClassOfService, 1),
  field(ie.tcpControlBits, 1),
  filler(7),
]);
