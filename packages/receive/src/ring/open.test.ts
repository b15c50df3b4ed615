import assert from "node:assert/strict";
import { test } from "node:test";
import { destinationsOf, hasFamily } from "./local.ts";
import { hasVnetHeader } from "./open.ts";

test("kernels before 6.2 are not asked for headers that would cost them merged packets", () => {
  const kernels = ["5.10.0-30-amd64", "6.1.0-18-amd64", "6.2.0", "6.12.9-arch1-1", "7.0.0-rc1"];
  assert.deepEqual(
    kernels.map((kernel) => hasVnetHeader(kernel)),
    [false, false, true, true, true],
  );
});

test("a wildcard is every address of a family, an address itself, of its family alone", () => {
  assert.ok(destinationsOf("::", false)?.includes("127.0.0.1"));
  assert.ok(destinationsOf("0.0.0.0", false)?.every((address) => address.includes(".")));
  assert.deepEqual(destinationsOf("192.0.2.1", false), ["192.0.2.1"]);
  assert.deepEqual(destinationsOf("192.0.2.1", true), []);
  assert.deepEqual(destinationsOf("fe80::1%eth0", true), ["fe80::1"]);
  const families = ["::", "0.0.0.0", "192.0.2.1", "2001:db8::1"].map((host) => [
    hasFamily(host, false),
    hasFamily(host, true),
  ]);
  assert.deepEqual(families, [
    [true, true],
    [true, false],
    [true, false],
    [false, true],
  ]);
});
