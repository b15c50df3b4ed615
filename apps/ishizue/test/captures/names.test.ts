import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageRecord, NameTables } from "@ishizue/wire";
import { readCases } from "./cases.ts";
import { readDatagrams } from "./datagrams.ts";
import { decodeAll, Exporters, readAll } from "./replay.ts";

const cases = readCases();

function captureTest(name: string, says: string, check: (name: string) => Promise<void>): void {
  const skip = cases.has(name) ? false : "no ../shared/captures beside the project";
  test(`${name}: ${says}`, { skip }, async () => check(name));
}

/** The names that the columns' decoder learned of `domain` from one case. */
async function namesOf(name: string, netflow9: boolean, domain: number): Promise<NameTables | undefined> {
  const exporters = new Exporters();
  let source = "";
  for (const file of cases.get(name) ?? []) {
    const datagrams = await readDatagrams(file);
    decodeAll(datagrams, exporters);
    source = datagrams.at(-1)?.source ?? source;
  }
  return exporters.of(source).templates.domain(netflow9, domain)?.names;
}

async function dataOf(name: string): Promise<MessageRecord[]> {
  const exporters = new Exporters();
  const records: MessageRecord[] = [];
  for (const file of cases.get(name) ?? []) {
    for (const { sets } of readAll(await readDatagrams(file), exporters)) {
      for (const set of sets) if (set.kind === "data") records.push(...set.records);
    }
  }
  return records;
}

captureTest("telegraf-ipfix-options", "Cisco's NBAR table names 126 applications", async (name) => {
  const names = await namesOf(name, false, 6);
  assert.equal(names?.size, 126);
  assert.deepEqual(names?.application("01000022"), {
    name: "3pc",
    description: "Third Party Connect Protocol",
    category: "",
  });
});

captureTest("telegraf-netflow-v9-options", "an interface table of NetFlow v9", async (name) => {
  const names = await namesOf(name, true, 6);
  assert.equal(names?.size ?? 0, 8);
  assert.deepEqual(names?.interface(1), { name: "Te0/0/0", description: "TenGigabitEthernet0/0/0" });
});

captureTest("netgauze-srv6", "interfaces, VRFs and a sampler of Cisco IOS XR", async (name) => {
  const names = await namesOf(name, false, 0);
  assert.deepEqual(names?.interface(42), { name: "TenGigE0_0_0_0", description: "TenGigE0/0/0/0" });
  assert.equal(names?.vrf(0x60002000), "**iid");
  assert.equal(names?.sampler(1), "NETFLOW-SAMPLER-MAP");
});

captureTest(
  "dat-netflow-9-cisco-asa",
  "events of a Cisco ASA (NSEL) have their names and types",
  async (name) => {
    const events = (await dataOf(name)).filter((record) => "NF_F_FW_EVENT" in record);
    assert.equal(events.length, 14);
    assert.deepEqual(
      Object.fromEntries(
        [
          "NF_F_XLATE_SRC_ADDR_IPV4",
          "NF_F_XLATE_DST_PORT",
          "NF_F_FW_EVENT",
          "NF_F_FW_EXT_EVENT",
          "observationTimeMilliseconds",
          "NF_F_USERNAME",
        ].map((field) => [field, events[0][field]]),
      ),
      {
        NF_F_XLATE_SRC_ADDR_IPV4: "192.168.14.1",
        NF_F_XLATE_DST_PORT: 17549,
        NF_F_FW_EVENT: 2,
        NF_F_FW_EXT_EVENT: 2025,
        observationTimeMilliseconds: "2015-10-09T09:47:49.599Z",
        NF_F_USERNAME: "",
      },
    );
  },
);

captureTest(
  "dat-netflow-9-palo-alto-pan-os-with-app-id",
  "flows of PAN-OS name their application",
  async (name) => {
    const applications = new Set((await dataOf(name)).map((record) => record["APP_ID"]));
    assert.ok(applications.has("incomplete"));
  },
);

captureTest("dat-netflow-9-streamcore", "Streamcore's own elements are named", async (name) => {
  const named = (await dataOf(name)).flatMap((record) =>
    Object.keys(record).filter((key) => /^e\d+:/.test(key)),
  );
  assert.deepEqual(named, []);
});
