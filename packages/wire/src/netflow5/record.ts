import { fillerEnterprise } from "../registry/element.ts";
import { elementId as ie } from "../registry/name.ts";
import { type FieldSpecifier, Template } from "../template/template.ts";

export const field = (id: number, length: number): FieldSpecifier => ({ enterprise: 0, id, length });
/** Octets that mean nothing to us. */
export const filler = (length: number): FieldSpecifier => ({ enterprise: fillerEnterprise, id: 0, length });

/** What the records of NetFlow v1, v5, v6 and v7 begin with: 36 octets. */
export const flowFields: readonly FieldSpecifier[] = [
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
];

/** The first 46 octets of a record of NetFlow v5, and of v6 and v7, which go on in their own ways. */
export const netflow5Fields: readonly FieldSpecifier[] = [
  ...flowFields,
  filler(1),
  field(ie.tcpControlBits, 1),
  field(ie.protocolIdentifier, 1),
  field(ie.ipClassOfService, 1),
  field(ie.bgpSourceAsNumber, 2),
  field(ie.bgpDestinationAsNumber, 2),
  field(ie.sourceIPv4PrefixLength, 1),
  field(ie.destinationIPv4PrefixLength, 1),
];

/** The record of a NetFlow v5 message as a template: what its version fixes. 48 octets. */
export const netflow5Record = new Template(0, true, false, 0, [...netflow5Fields, filler(2)]);
