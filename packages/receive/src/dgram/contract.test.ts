import { receiverContract } from "../contract/contract.ts";

receiverContract("dgram");
