import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readAgentIds, readNamedAgentId } from "./agent.ts";
import { decodeRadius, layOutRadius } from "./packet.ts";
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

void test("Juniper has ids of its own, Relay Agent Information, and the options of DHCP", () => {
  // 4874 = 0x130a: 110 Acc-Loop-Cir-Id, 182 Acc-Loop-Remote-Id.
  assert.deepEqual(idsOf("0000130a 6e 04 6331", "0000130a b6 04 7231"), {
    agentCircuitId: "c1",
    agentRemoteId: "r1",
  });
  const told = { agentCircuitId: "eth0", agentRemoteId: "0x0001" };
  // Sub-options 1 and 2 of option 82.
  const relay = "01 04 65746830 02 02 0001";
  assert.deepEqual(idsOf(`0000130a 9f 0c ${relay}`), told, "DHCP-Option-82 (159), its sub-options");
  assert.deepEqual(idsOf(`0000130a 9f 0e 52 0a ${relay}`), told, "with the option's code and length");
  assert.deepEqual(idsOf(`0000130a 37 12 35 01 01 00 52 0a ${relay}`), told, "DHCP-Options (55)");
  // Interface-Id "eth0"; Remote-ID of enterprise 3561 is 0001.
  assert.deepEqual(
    idsOf("0000130a cf 14 0012 0004 65746830 0025 0006 00000de9 0001"),
    told,
    "DHCPv6-Options",
  );
});

void test("Nokia sends DHCP's options as they came, those of DHCPv6 one an attribute", () => {
  // 6527 = 0x197f. The octets of the vendor's own example (7750 SR RADIUS Attributes Reference Guide, 26-6527-191).
  const interfaceId = "0012001530303a30303a30303a30303a30303a30353b313b6f";
  const remoteId = "002500180000197f616c7530303a30323a30303a30303a30303a3139";
  assert.deepEqual(idsOf(`0000197f bf 1b ${interfaceId}`, `0000197f bf 1e ${remoteId}`), {
    agentCircuitId: "00:00:00:00:00:05;1;o",
    agentRemoteId: "alu00:02:00:00:00:19",
  });
  assert.deepEqual(idsOf("0000197f 66 08 52 04 01 02 6331"), { agentCircuitId: "c1" });
});

void test("Huawei has an option of DHCP behind two octets of its code", () => {
  // 2011 = 0x07db: 187 HW-DHCP-Option.
  assert.deepEqual(idsOf("000007db bb 0c 0052 01 02 6331 02 02 7231"), {
    agentCircuitId: "c1",
    agentRemoteId: "r1",
  });
  assert.deepEqual(idsOf("000007db bb 06 003c 6331", "000007db bb 03 00"), {});
});

void test("attributes by their names in detail files", () => {
  const ids: AgentIds = {};
  assert.equal(
    readNamedAgentId(ids, "ERX-Dhcp-Option-82", () => Buffer.from("01026331", "hex")),
    true,
  );
  assert.equal(
    readNamedAgentId(ids, "ADSL-Agent-Remote-Id", () => Buffer.from("r1")),
    true,
  );
  assert.equal(
    readNamedAgentId(ids, "Cisco-AVPair", () => Buffer.from("circuit-id-tag=c2")),
    true,
  );
  assert.equal(
    readNamedAgentId(ids, "User-Name", () => Buffer.from("x")),
    false,
  );
  assert.deepEqual(ids, { agentCircuitId: "c1", agentRemoteId: "r1" });
});

void test("what is empty, cut or another vendor's says nothing; of several the first holds", () => {
  assert.deepEqual(idsOf("", "00000de9", "00000de9 01", "00000de9 01 02", "00000de9 01 09 65"), {});
  assert.deepEqual(idsOf("0000ffff 01 03 65", "00000de9 03 03 65", "00000de9 01 01 65"), {});
  assert.deepEqual(idsOf("00000de9 01 03 61", "00000de9 01 03 62"), { agentCircuitId: "a" });
});

void test("an Accounting-Request has them, and no octets throw", () => {
  const value = Buffer.from("00000de9010361", "hex");
  const outcome = decodeRadius(layOutRadius(4, 1, [{ type: 26, value }]));
  assert.ok(outcome.status === "decoded");
  const request = readAccountingRequest(outcome.packet);
  assert.deepEqual([request.agentCircuitId, request.invalidAttributes], ["a", 0]);
  fc.assert(
    fc.property(
      fc.constantFrom(9, 3561, 2352, 4874, 6527, 2011),
      fc.uint8Array({ maxLength: 40 }),
      (vendor, data) => {
        const octets = Buffer.concat([Buffer.from([0, 0, vendor >> 8, vendor & 255]), data]);
        const ids: AgentIds = {};
        readAgentIds(ids, octets);
        for (const id of Object.values(ids)) assert.notEqual(id, "");
      },
    ),
  );
});
