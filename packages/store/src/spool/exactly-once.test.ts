import { test } from "node:test";
import { killAndCheck } from "./exactly-once.fixture.ts";

test("seven kills of writer, engine or both lose no durable block and double none, rollups included", () =>
  killAndCheck({ kills: 7, seed: 20260911 }));
