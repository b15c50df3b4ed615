import assert from "node:assert/strict";
import { test } from "node:test";
import type { Progress } from "./options.ts";
import { Steps } from "./steps.ts";

void test("progress is of all that is done, and names what began first of what is under way", async () => {
  const told: Progress[] = [];
  const steps = new Steps(10, (progress) => told.push(progress), undefined);
  await steps.run("first", 2, () => Promise.resolve());
  const releases: (() => void)[] = [];
  const slow = (name: string, weight: number): Promise<void> =>
    steps.run(name, weight, async (onPart) => {
      onPart(0.5);
      await new Promise<void>((release) => releases.push(release));
    });
  const both = [slow("second", 4), slow("third", 4)];
  releases[0]();
  await both[0];
  await steps.run("fourth", 0, () => Promise.resolve());
  releases[1]();
  await both[1];
  steps.done();
  assert.deepEqual(
    told.map(({ step, done }) => [step, done]),
    [
      ["first", 0],
      ["second", 2],
      ["second", 4],
      ["second", 4],
      ["second", 6],
      ["third", 8],
      ["done", 10],
    ],
  );
  assert.ok(told.every(({ total }) => total === 10));
});

void test("a step that fails after the signal fails with the signal's reason", async () => {
  const abort = new AbortController();
  const steps = new Steps(1, () => {}, abort.signal);
  const cut = steps.run("query", 1, () => {
    abort.abort(new Error("stopped by SIGINT"));
    return Promise.reject(new Error("the query was cancelled"));
  });
  await assert.rejects(cut, /stopped by SIGINT/);
  await assert.rejects(
    steps.run("next", 1, () => Promise.resolve()),
    /stopped by SIGINT/,
  );
});
