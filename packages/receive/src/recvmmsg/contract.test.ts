import { receiverContract } from "../contract/contract.ts";
import { steeringContract } from "../contract/steering.ts";
import { whyNoLibc } from "../ffi/libc.ts";

if (whyNoLibc() === null) {
  receiverContract("recvmmsg");
  steeringContract("recvmmsg");
}
