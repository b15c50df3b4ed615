import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** What `auto` chooses in a process that may do all that root may but what is named. */
function chosenWithout(capabilities: string): { kind: string; why: string[]; bufferBytes: number } {
  const script = `
    const { planReceiver, closePlan } = await import(${JSON.stringify(import.meta.resolve("../src/socket/plan.ts"))});
    const plan = await planReceiver({ host: "127.0.0.1", ports: [0], receiveBufferBytes: 67108864 });
    closePlan(plan);
    const bufferBytes = plan.sockets[0].receiveBufferBytes;
    console.log(JSON.stringify({ kind: plan.kind, why: plan.why, bufferBytes }));`;
  const drop = [`--bounding-set=${capabilities}`, `--inh-caps=${capabilities}`];
  const node = [process.execPath, "--input-type=module", "-e", script];
  return JSON.parse(execFileSync("setpriv", [...drop, ...node], { encoding: "utf8" })) as ReturnType<
    typeof chosenWithout
  >;
}

test("with every right auto takes the ring", () => {
  const { kind, why } = chosenWithout("+net_raw");
  assert.deepEqual([kind, why], ["ring", []]);
});

test("without CAP_NET_RAW auto takes recvmmsg, says why, and has the buffer that it asked for", () => {
  const { kind, why, bufferBytes } = chosenWithout("-net_raw");
  assert.deepEqual([kind, why.length, bufferBytes], ["recvmmsg", 1, 67_108_864]);
  assert.match(why[0], /^ring cannot be taken: packet sockets need CAP_NET_RAW/);
});

test("without CAP_NET_ADMIN the receive buffer is what net.core.rmem_max allows", () => {
  const { kind, bufferBytes } = chosenWithout("-net_raw,-net_admin");
  const allowed = Number(readFileSync("/proc/sys/net/core/rmem_max", "utf8"));
  assert.deepEqual([kind, bufferBytes], ["recvmmsg", Math.min(67_108_864, allowed)]);
});
