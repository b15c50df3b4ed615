import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Decoder } from "../decode/decoder.ts";
import { defaultDecoderLimits } from "../exporter/limits.ts";
import { noUse } from "../exporter/use.ts";
import { Exporter } from "../exporter/exporter.ts";
import { FlowBatch } from "../flow/batch.ts";
import { netflow9ScopeEnterprise } from "../registry/element.ts";
import { type FieldSpecifier, Template } from "../template/template.ts";
import { nameReader } from "./reader.ts";
import { cleanName, nameCharacters, NameTables, NameUse } from "./table.ts";

/** Learns from `records` (hexadecimal) by an options template of IANA's elements `id:length`, the first as scope. */
function learn(names: NameTables, fields: string, records: string): void {
  const template = optionsTemplate(fields);
  const bytes = Uint8Array.fromHex(records.replaceAll(/\s/g, ""));
  nameReader(template)?.read(new DataView(bytes.buffer), 0, bytes.length, names, defaultDecoderLimits);
}

function optionsTemplate(fields: string): Template {
  const specifiers: FieldSpecifier[] = fields.split(" ").map((field) => {
    const [id, length] = field.replace("scope", "").split(":").map(Number);
    return { enterprise: field.startsWith("scope") ? netflow9ScopeEnterprise : 0, id, length };
  });
  return new Template(256, fields.includes("scope"), true, 1, specifiers);
}

function ascii(text: string, octets = text.length): string {
  return Buffer.from(text.padEnd(octets, "\0")).toString("hex");
}

test("Cisco's interface table: scope System, the interface among the fields (NetFlow v9)", () => {
  const names = new NameTables();
  learn(names, "scope1:4 10:4 82:8 83:12", `c0000201 0000000b ${ascii("Gi0/1", 8)} ${ascii("uplink", 12)}`);
  assert.deepEqual(names.interface(11), { name: "Gi0/1", description: "uplink" });
  assert.equal(names.interface(12), undefined);
});

test("an interface table with the interface as scope", () => {
  const names = new NameTables();
  learn(names, "scope2:4 82:8", `0000000c ${ascii("xe-0/0/1", 8)}`);
  learn(names, "10:4 82:65535", `0000000d 05 ${ascii("ae0.0")}`);
  assert.deepEqual(names.interface(12), { name: "xe-0/0/1", description: "" });
  assert.deepEqual(names.interface(13), { name: "ae0.0", description: "" });
});

test("an application table by engine and selector, with category where it is told (RFC 6759)", () => {
  const names = new NameTables();
  learn(names, "149:4 95:4 96:8 94:8", `00000000 0d0001d1 ${ascii("bittorr", 8)} ${ascii("peers", 8)}`);
  learn(names, "149:4 95:9 96:4 372:4", `00000000 140000304400000bad ${ascii("Zoom")} ${ascii("Chat")}`);
  assert.deepEqual(names.application("0d0001d1"), { name: "bittorr", description: "peers", category: "" });
  assert.deepEqual(names.application("140000304400000bad"), {
    name: "Zoom",
    description: "",
    category: "Chat",
  });
});

test("VRF and sampler tables; what a record leaves empty names nothing", () => {
  const names = new NameTables();
  learn(
    names,
    "149:4 234:4 236:6",
    `00000000 60000001 ${ascii("red", 6)} 00000000 00000000 ${ascii("default").slice(0, 12)}`,
  );
  learn(names, "48:1 84:6 34:4", `07 ${ascii("1in100", 6)} 00000064`);
  learn(names, "302:8 335:65535", `0000000000000009 04 ${ascii("psmp")}`);
  learn(names, "10:4 82:4", `0000000e 00000000`);
  assert.equal(names.vrf(0x60000001), "red");
  assert.equal(names.vrf(0), undefined);
  assert.equal(names.sampler(7), "1in100");
  assert.equal(names.sampler(9), "psmp");
  assert.equal(names.interface(14), undefined);
  assert.equal(names.size, 3);
});

test("templates that name nothing have no reader", () => {
  assert.equal(nameReader(optionsTemplate("302:4 305:4 306:4")), undefined);
  assert.equal(nameReader(optionsTemplate("10:4 34:4")), undefined);
  assert.equal(nameReader(optionsTemplate("149:4 82:8")), undefined);
});

test("names lose control and format characters and what is too long", () => {
  assert.equal(cleanName(" eth0\u0000\u001B[31m\u202E\n "), "eth0[31m");
  assert.equal(cleanName("\uD800x"), "\uFFFDx");
  assert.equal(cleanName("礎".repeat(300)), "礎".repeat(nameCharacters));
  assert.equal(cleanName("😀".repeat(300)), "😀".repeat(nameCharacters));
  assert.equal(cleanName(7), "");
});

test("an exporter's domains share one bound; names known already are still told anew", () => {
  const limits = { names: 3, namesInAll: 100 };
  const use = new NameUse();
  const one = new NameTables(use);
  const other = new NameTables(use);
  for (let index = 1; index <= 3; index++) assert.equal(one.setInterface(index, "a", "", limits), 0);
  assert.equal(other.setVrf(1, "red", limits), 1);
  assert.equal(other.vrf(1), undefined);
  assert.equal(one.setInterface(2, "b", "", limits), 0);
  assert.equal(one.interface(2)?.name, "b");
  one.clear();
  assert.equal(use.held, 0);
  assert.equal(other.setVrf(1, "red", limits), 0);
});

test("all exporters of a decoder share another bound", () => {
  const limits = { names: 100, namesInAll: 3 };
  const all = noUse();
  const uses = [new NameUse(), new NameUse()];
  for (const use of uses) use.countIn(all);
  const [one, other] = uses.map((use) => new NameTables(use));
  for (let index = 1; index <= 3; index++) assert.equal(one.setInterface(index, "a", "", limits), 0);
  assert.equal(other.setInterface(1, "a", "", limits), 1);
  one.clear();
  assert.equal(other.setInterface(1, "a", "", limits), 0);
  assert.equal(all.names, 1);
});

test("names that find no room are counted in the outcome", () => {
  const exporter = new Exporter("192.0.2.1", 0);
  const decoder = new Decoder({ names: 1 });
  const message =
    "0009 0002 00000000 5f5e1000 00000000 00000005 0001 0018 0100 0004 0008 0001 0004 000a 0004 0052 0001 0000" +
    "0100 0018 c0000201 0000000b 41 c0000201 0000000c 42 0000";
  const bytes = Uint8Array.fromHex(message.replaceAll(" ", ""));
  const outcome = decoder.decode(
    bytes,
    new DataView(bytes.buffer),
    0,
    bytes.length,
    exporter,
    0,
    new FlowBatch(8),
  );
  assert.deepEqual([outcome.optionsRecords, outcome.namesRejected], [2, 1]);
  assert.equal(exporter.templates.domain(true, 5)?.names.interface(11)?.name, "A");
});

test("names survive a file: what was kept is taken over, whatever else is in it is not", () => {
  const names = new NameTables();
  names.setInterface(11, "Gi0/1", "uplink");
  names.setApplication("0d0001d1", "bittorrent", "", "peer-to-peer");
  names.setVrf(3, "red");
  names.setSampler(7, "1in100");
  const restored = new NameTables();
  restored.restore(JSON.parse(JSON.stringify(names.state())));
  assert.deepEqual(restored.state(), names.state());
  restored.restore({
    interfaces: [[-1, "x"], ["y"], 7, [12, 5, "z\u0007"]],
    applications: [["no", "x"]],
    vrfs: "",
    samplers: null,
  });
  assert.equal(restored.size, 5);
  assert.deepEqual(restored.interface(12), { name: "", description: "z" });
});

test("any state and any records are safe", () => {
  const fields = fc.constantFrom(
    "10:4 82:65535 83:65535",
    "149:4 95:65535 96:65535 94:65535",
    "234:4 236:32",
    "48:1 84:65535",
    "scope2:2 82:4 83:3",
  );
  fc.assert(
    fc.property(fc.jsonValue(), fields, fc.uint8Array({ maxLength: 200 }), (state, template, bytes) => {
      const names = new NameTables();
      names.restore(state);
      learn(names, template, bytes.toHex());
      for (const [, name, description] of names.state().interfaces) {
        assert.doesNotMatch(name + description, /\p{Cc}/u);
        assert.ok(name.length <= 2 * nameCharacters);
      }
    }),
    { numRuns: 300, seed: 82 },
  );
});

test("names come from options data of both protocols, and go with the exporter", () => {
  const exporter = new Exporter("192.0.2.1", 0);
  const decoder = new Decoder();
  const batch = new FlowBatch(8);
  // NetFlow v9, source id 5: options template 256, scope System, 10, 82; one record.
  const netflow9 = "0009 0002 00000000 5f5e1000 00000000 00000005";
  const interfaces = `0001 0018 0100 0004 0008 0001 0004 000a 0004 0052 0008 0000`;
  const record = `0100 0014 c0000201 0000000b ${ascii("Gi0/1", 8)}`;
  // IPFIX, domain 6: options template 257, scope 149, 95, 96; one record of variable length.
  const ipfix = "000a 0034 5f5e1000 00000000 00000006";
  const applications = `0003 0016 0101 0003 0001 0095 0004 005f 0004 0060 ffff`;
  const application = `0101 000e 00000006 0d0001d1 01 78`;
  for (const message of [netflow9 + interfaces + record, ipfix + applications + application]) {
    const bytes = Uint8Array.fromHex(message.replaceAll(/\s/g, ""));
    const outcome = decoder.decode(bytes, new DataView(bytes.buffer), 0, bytes.length, exporter, 0, batch);
    assert.equal(outcome.optionsRecords, 1);
  }
  const { templates } = exporter;
  assert.equal(templates.domain(true, 5)?.names.interface(11)?.name, "Gi0/1");
  assert.equal(templates.domain(false, 6)?.names.application("0d0001d1")?.name, "x");
  assert.equal(templates.nameUse.held, 2);
  templates.clear();
  assert.equal(templates.nameUse.held, 0);
});
