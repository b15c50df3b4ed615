import { field, filler, netflow5Fields } from "../netflow5/record.ts";
import { elementId as ie } from "../registry/name.ts";
import { Template } from "../template/template.ts";

/**
 * The record of a NetFlow v7 message as a template: what its version fixes. 52
 * octets: v5's, where the first filler and the last tell which fields are not
 * valid, then the router that the switch bypassed.
 */
export const netflow7Record = new Template(0, true, false, 0, [
  ...netflow5Fields,
  filler(2),
  field(ie.ipv4RouterSc, 4),
]);
