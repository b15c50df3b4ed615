import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readAgentIds } from "./agent.ts";
import type { AgentIds } from "./agent.ts";
import { readAccountingRequest } from "./accounting.ts";

function idsOf(...values: readonly string[]): AgentIds {
  const ids: AgentIds = {};
  for (const value of values) readAgentIds(ids, Buffer.from(value.replaceAll(" ", ""), "hex"));
  return ids;
}

void test("ADSL Forum: circuit and remote id, in one attribute or two", () => {
  // 3561 = 0x0de9: 1 Agent-Circuit-Id "eth 1/2", 2 Agent-Remote-Id 0002ff.
  const [circuit, remote] = ["01 09 65746820312f32", "02 05 0002ff"];
  const told = { agentCircuitId: "eth 1/2", agentRemoteId: "0x0002ff" };
  assert.deepEqual(idsOf(`00000de9 ${circuit} ${remote}`), told);
  assert.deepEqual(idsOf(`00000de9 ${circuit}`, `00000de9 ${remote}`), told);
});

void test("Redback has them as 97 and 96", () => {
  // 2352 = 0x0930.
  assert.deepEqual(idsOf("00000930 60 04 7831", "00000930 61 04 7931"), {
    agentRemoteId: "x1",
    agentCircuitId: "y1",
  });
});

void test("Cisco has them as pairs of a name and a value", () => {
  const pair = (text: string): string =>
    `00000009 01 ${(text.length + 2).toString(16).padStart(2, "0")} ${Buffer.from(text).toString("hex")}`;
  assert.deepEqual(idsOf(pair("client-mac-address=x"), pair("circuit-id-tag=a=b"), pair("remote-id-tag=r")), {
    agentCircuitId: "a=b",
    agentRemoteId: "r",
  });
  assert.deepEqual(idsOf(pair("circuit-id-tag="), pair("=x"), pair("constructor=x"), pair("")), {});
});

void test("what is empty, cut or another vendor's says nothing; of several the first holds", () => {
  assert.deepEqual(idsOf("", "00000de9", "00000de9 01", "00000de9 01 02", "00000de9 01 09 65"), {});
  assert.deepEqual(idsOf("0000ffff 01 03 65", "00000de9 03 03 65", "00000de9 01 01 65"), {});
  assert.deepEqual(idsOf("00000de9 01 03 61", "00000de9 01 03 62"), { agentCircuitId: "a" });
});

void test("an Accounting-Request has them, and no octets throw", () => {
  const value = Buffer.from("00000de9010361", "hex");
  const packet = { code: 4, identifier: 1, bytes: value, authenticator: value };
  const request = readAccountingRequest({ ...packet, attributes: [{ type: 26, value }] });
  assert.deepEqual([request.agentCircuitId, request.invalidAttributes], ["a", 0]);
  fc.assert(
    fc.property(fc.constantFrom(9, 3561, 2352), fc.uint8Array({ maxLength: 40 }), (vendor, data) => {
      const octets = Buffer.concat([Buffer.from([0, 0, vendor >> 8, vendor & 255]), data]);
      const ids: AgentIds = {};
      readAgentIds(ids, octets);
      for (const id of Object.values(ids)) assert.notEqual(id, "");
    }),
  );
});
