import { describeReplay } from "../../../scripts/fuzz/replay.ts";

describeReplay("ledger", new URL("./", import.meta.url));
