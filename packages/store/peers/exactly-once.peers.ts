// The same as packages/store/src/spool/exactly-once.test.ts, as often as a release has to stand it.
import { test } from "node:test";
import { killAndCheck } from "../src/spool/exactly-once.fixture.ts";

test(
  "fifty kills of writer, engine or both at random moments lose no durable block and double none",
  { timeout: 900_000 },
  () => killAndCheck({ kills: 50, seed: Number(process.env.ISHIZUE_KILL_SEED ?? 1) }),
);
