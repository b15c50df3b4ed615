import { filler, netflow5Fields } from "../netflow5/record.ts";
import { Template } from "../template/template.ts";

/**
 * The record of a NetFlow v6 message as a template: what its version fixes. 52
 * octets: v5's, then octets of encapsulation in and out (2) and the peer's next hop (4).
 */
export const netflow6Record = new Template(0, true, false, 0, [...netflow5Fields, filler(2), filler(4)]);
