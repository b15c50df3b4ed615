import { describeReplay } from "../../../scripts/fuzz/replay.ts";

describeReplay("wire", new URL("./", import.meta.url));
