import { FlowRows } from "@ishizue/store";
import { defaultDecoderLimits, Exporter, FlowBatch } from "@ishizue/wire";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../config/load.ts";
import { RoutingDomains } from "./routing-domain.ts";

const pe = "192.0.2.1";

interface Given {
  readonly domain?: number;
  /** Ingress and egress. */
  readonly vrfs?: readonly [number, number];
  readonly vnis?: readonly [number, number];
  readonly interfaces?: readonly [number, number];
}

function rules(routingDomains: readonly unknown[]): RoutingDomains {
  return new RoutingDomains(parseConfig({ routingDomains }, "test").routingDomains);
}

/** Names of the domains of source and destination of each record. */
function settle(domains: RoutingDomains, given: readonly Given[], wire = new Exporter(pe, 0)) {
  const batch = new FlowBatch(given.length);
  const rows = new FlowRows(given.length);
  given.forEach(({ domain = 0, vrfs = [0, 0], vnis = [0, 0], interfaces = [0, 0] }, row) => {
    batch.observationDomainId[row] = domain;
    [batch.ingressVRFID[row], batch.egressVRFID[row]] = vrfs;
    [batch.ingressVni[row], batch.egressVni[row]] = vnis;
    [batch.ingressInterface[row], batch.egressInterface[row]] = interfaces;
  });
  const unknown = domains.of(wire.address)?.settle(batch, wire, rows, 0, given.length);
  const name = (index: number) => domains.names[index];
  const ends = given.map((_, row) => [name(rows.srcRoutingDomain[row]), name(rows.dstRoutingDomain[row])]);
  return { ends, unknown };
}

void test("the source is in the domain of the ingress, the destination in that of the egress", () => {
  const domains = rules([
    { name: "red", exporters: [{ address: pe, vrfs: [7], vnis: [5001], interfaces: [101, 102] }] },
    { name: "blue", exporters: [{ address: pe, vrfs: [9], vnis: [5002], interfaces: [201] }] },
  ]);
  const { ends, unknown } = settle(domains, [
    { vrfs: [7, 9] },
    { vnis: [5002, 5001] },
    { interfaces: [101, 201] },
    // A VRF says more than an interface.
    { vrfs: [9, 9], interfaces: [101, 102] },
    {},
  ]);
  assert.deepEqual(ends, [
    ["red", "blue"],
    ["blue", "red"],
    ["red", "blue"],
    ["blue", "blue"],
    ["", ""],
  ]);
  assert.equal(unknown, 0);
});

void test("a side of which nothing tells is in the domain of the observation domain, the exporter, or the other side", () => {
  const domains = rules([
    { name: "red", exporters: [{ address: pe, interfaces: [101] }] },
    { name: "blue", exporters: [{ address: pe, observationDomains: [3] }] },
    { name: "green", exporters: [{ address: "192.0.2.9" }] },
  ]);
  const { ends } = settle(domains, [
    { interfaces: [101, 1] },
    { interfaces: [1, 101] },
    { domain: 3, interfaces: [101, 1] },
    { domain: 3 },
  ]);
  assert.deepEqual(ends, [
    ["red", "red"],
    ["red", "red"],
    ["red", "blue"],
    ["blue", "blue"],
  ]);
  assert.deepEqual(settle(domains, [{ interfaces: [101, 1] }], new Exporter("192.0.2.9", 0)).ends, [
    ["green", "green"],
  ]);
  assert.equal(domains.of("192.0.2.77"), null);
});

void test("a VRF or VNI that nobody named is in no domain, and is counted; the global table can be named", () => {
  const domains = rules([
    { name: "red", exporters: [{ vrfs: [7], vnis: [5001] }] },
    { name: "", exporters: [{ vrfs: [0] }] },
  ]);
  const { ends, unknown } = settle(domains, [{ vrfs: [7, 8] }, { vrfs: [8, 8] }, { vrfs: [7, 0] }]);
  assert.deepEqual(ends, [
    ["red", "(unknown)"],
    ["(unknown)", "(unknown)"],
    ["red", ""],
  ]);
  assert.equal(unknown, 2);
  const interfacesAlone = rules([{ name: "red", exporters: [{ interfaces: [1] }] }]);
  assert.deepEqual(settle(interfacesAlone, [{ vrfs: [8, 8], interfaces: [1, 2] }]).ends, [["red", "red"]]);
});

void test("a VRF is known by the name that the exporter's options data give it, as soon as they do", () => {
  const domains = rules([{ name: "red", exporters: [{ vrfs: ["CUST-RED"] }] }]);
  const wire = new Exporter(pe, 0);
  assert.deepEqual(settle(domains, [{ domain: 5, vrfs: [7, 0] }], wire).ends, [["(unknown)", "(unknown)"]]);
  wire.templates.ensureDomain(5, true, defaultDecoderLimits).names.setVrf(7, "CUST-RED");
  assert.deepEqual(settle(domains, [{ domain: 5, vrfs: [7, 0] }], wire).ends, [["red", "red"]]);
});

void test("what is said of one exporter goes before what is said of all", () => {
  const domains = rules([
    { name: "red", exporters: [{ address: "::ffff:192.0.2.1", vnis: [5001] }] },
    { name: "blue", exporters: [{ vnis: [5001] }] },
  ]);
  assert.deepEqual(settle(domains, [{ vnis: [5001, 5001] }]).ends, [["red", "red"]]);
  assert.deepEqual(settle(domains, [{ vnis: [5001, 5001] }], new Exporter("192.0.2.2", 0)).ends, [
    ["blue", "blue"],
  ]);
});

void test("a domain that is there twice, or an exporter that is no address, is the operator's fault", () => {
  const red = { name: "red" };
  assert.throws(() => rules([red, red]), { code: "BAD_CONFIG" });
  assert.throws(() => rules([red, { name: "blue", names: ["red"] }]), { code: "BAD_CONFIG" });
  assert.throws(() => rules([{ name: "red", exporters: [{ address: "pe1" }] }]), { code: "BAD_CONFIG" });
  assert.throws(() => rules([{ name: "(unknown)" }]), { code: "BAD_CONFIG" });
});
