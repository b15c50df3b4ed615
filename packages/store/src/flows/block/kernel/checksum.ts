import { define, during, get, i32, i32x4, set, v128 } from "@ishizue/wasm";
import { checksumPrime } from "../../../spool/checksum.ts";
import { block, lanesAt, own } from "./layout.ts";

/** (at, end): takes a block's octets, 16 by 16, into the four lanes of a `SpoolChecksum`. */
export const mix = define("mix", ["at", "end"], { lanes: "v128" }, undefined, ({ at, end, lanes }) => [
  ...set(lanes, v128.load(own, i32.const(0), lanesAt)),
  ...during(i32.ltU(get(at), get(end)), [
    ...set(lanes, i32x4.mul(v128.xor(get(lanes), v128.load(block, get(at))), i32x4.splat(checksumPrime))),
    ...set(at, i32.add(get(at), i32.const(16))),
  ]),
  ...v128.store(own, i32.const(0), get(lanes), lanesAt),
]);
