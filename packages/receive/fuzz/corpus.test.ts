import { describeReplay } from "../../../scripts/fuzz/replay.ts";

describeReplay("receive", new URL("./", import.meta.url));
