import assert from "node:assert/strict";
import { test } from "node:test";
import { ianaInformationElements, informationElement, reverseEnterprise } from "./element.ts";
import { elementId } from "./name.ts";

test("every constant names the element that IANA gave that id", () => {
  for (const [name, id] of Object.entries(elementId)) assert.equal(informationElement(0, id).name, name);
});

test("the registry has the elements of 2026-09-11, each name once", () => {
  const elements = ianaInformationElements();
  assert.equal(elements.size, 502);
  assert.equal(Math.max(...elements.keys()), 533);
  assert.equal(new Set([...elements.values()].map(({ name }) => name)).size, 502);
});

test("types are those of RFC 7012, RFC 6313 and RFC 9740", () => {
  const types = new Set([...ianaInformationElements().values()].map(({ type }) => type));
  assert.deepEqual([...types].toSorted(), [
    "basicList",
    "boolean",
    "dateTimeMicroseconds",
    "dateTimeMilliseconds",
    "dateTimeNanoseconds",
    "dateTimeSeconds",
    "float64",
    "ipv4Address",
    "ipv6Address",
    "macAddress",
    "octetArray",
    "signed32",
    "string",
    "subTemplateList",
    "subTemplateMultiList",
    "unsigned16",
    "unsigned256",
    "unsigned32",
    "unsigned64",
    "unsigned8",
  ]);
});

test("an element of the reverse enterprise is the forward one with another name", () => {
  assert.deepEqual(informationElement(reverseEnterprise, elementId.octetDeltaCount), {
    name: "reverseOctetDeltaCount",
    type: "unsigned64",
  });
});

test("an element that is not known is named by its numbers", () => {
  assert.deepEqual(informationElement(32473, 7), { name: "e32473:7", type: "octetArray" });
  assert.deepEqual(informationElement(0, 65), { name: "e0:65", type: "octetArray" });
});
