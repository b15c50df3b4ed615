import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { whyNoLibc } from "../ffi/libc.ts";
import { closePlan, planReceiver } from "./plan.ts";

/** What `auto` chooses in a process where `before` ran first. */
function chosenAfter(before: string): { kind: string; why: string[]; workers: number } {
  const script = `${before}
    const { planReceiver, closePlan } = await import(${JSON.stringify(import.meta.resolve("./plan.ts"))});
    const plan = await planReceiver({ host: "127.0.0.1", ports: [0], workers: 2 });
    closePlan(plan);
    console.log(JSON.stringify({ kind: plan.kind, why: plan.why, workers: plan.workers }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout) as { kind: string; why: string[]; workers: number };
}

test("elsewhere than on Linux auto takes dgram, with one worker, and says why", () => {
  const { kind, why, workers } = chosenAfter(
    `Object.defineProperty(process, "platform", { value: "freebsd" });`,
  );
  assert.deepEqual([kind, workers], ["dgram", 1]);
  assert.deepEqual(why, [
    "ring cannot be taken: it is made for Linux and this is freebsd.",
    "recvmmsg cannot be taken: it is made for Linux and this is freebsd.",
    "dgram has one worker, not 2: the others need sockets of recvmmsg or ring.",
  ]);
});

test("without koffi auto takes dgram and says so", { skip: process.platform !== "linux" }, () => {
  const { kind, why } = chosenAfter(`
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(name, context, next) {
        if (name === "koffi") throw new Error("no such package");
        return next(name, context);
      },
    });`);
  assert.equal(kind, "dgram");
  assert.match(why[0], /^ring cannot be taken: the package koffi, .*no such package/);
  assert.match(why[1], /^recvmmsg cannot be taken: the package koffi/);
});

test("a kind that cannot be had is refused with the reason when it is asked for", () => {
  const script = `
    Object.defineProperty(process, "platform", { value: "freebsd" });
    const { planReceiver } = await import(${JSON.stringify(import.meta.resolve("./plan.ts"))});
    await planReceiver({ kind: "ring", ports: [0] }).catch(({ code, value, message, advice }) => {
      console.log(JSON.stringify({ code, value, message, advice }));
    });`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.deepEqual(JSON.parse(stdout), {
    code: "NO_RECEIVER",
    value: "ring",
    message: "ring cannot be taken: it is made for Linux and this is freebsd.",
    advice: "choose another receiver, or auto",
  });
});

test("a name is listened on at its address; one that nobody knows is told", async () => {
  const plan = await planReceiver({ kind: "dgram", host: "localhost", ports: [0] });
  assert.match(plan.host, /^(127\.0\.0\.1|::1)$/);
  closePlan(plan);
  await assert.rejects(planReceiver({ host: "no-such-host.invalid", ports: [2055] }), {
    name: "ReceiveError",
    code: "UNKNOWN_HOST",
  });
});

test("workers past sixteen, or none, are refused", async () => {
  await assert.rejects(planReceiver({ ports: [0], workers: 17 }), RangeError);
  await assert.rejects(planReceiver({ ports: [0], workers: 0 }), RangeError);
});

test(
  "a port of several workers is not shared with another collector's",
  { skip: whyNoLibc() ?? false },
  async () => {
    const options = { kind: "recvmmsg", host: "127.0.0.1", workers: 2 } as const;
    const plan = await planReceiver({ ...options, ports: [0] });
    await assert.rejects(planReceiver({ ...options, ports: plan.ports }), { code: "PORT_IN_USE" });
    closePlan(plan);
    closePlan(await planReceiver({ ...options, ports: plan.ports }));
  },
);
