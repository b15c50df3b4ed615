import { receiverContract } from "../src/contract/contract.ts";
import { steeringContract } from "../src/contract/steering.ts";

receiverContract("ring");
steeringContract("ring");
