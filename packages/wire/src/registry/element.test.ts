import assert from "node:assert/strict";
import { test } from "node:test";
import { enterpriseElements } from "./enterprise.ts";
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

test("every line of every enterprise's dictionary is an id, a name and a type, each id and name once", () => {
  const known =
    /^(?:octetArray|unsigned(?:8|16|32|64)|signed(?:8|16|32|64)|float(?:32|64)|string|macAddress|ipv[46]Address|dateTimeSeconds|boolean|basicList|subTemplateList|subTemplateMultiList)$/;
  for (const [enterprise, text] of Object.entries(enterpriseElements)) {
    const ids = new Set<string>();
    const names = new Set<string>();
    const lines = text.trim().split("\n");
    for (const line of lines) {
      const [id, name, type, ...rest] = line.split(" ");
      assert.match(id, /^\d{1,5}$/, `${enterprise}: ${line}`);
      assert.ok(Number(id) < 0x8000, `${enterprise}: ${line}`);
      assert.match(name, /^[\w-]+$/, `${enterprise}: ${line}`);
      assert.match(type, known, `${enterprise}: ${line}`);
      assert.deepEqual(rest, []);
      ids.add(id);
      names.add(name);
    }
    assert.equal(ids.size, lines.length, enterprise);
    assert.equal(names.size, lines.length, enterprise);
  }
});

test("elements of vendors, as their own documents and other dictionaries have them", () => {
  const elements: [number, number, string, string][] = [
    [9, 9303, "connection_delay_response_to-server_sum", "unsigned32"],
    [9, 12236, "connection_client_ipv4_address", "ipv4Address"],
    [637, 93, "aluNatSubString", "string"],
    [2011, 1, "ingressGponGemPortId", "unsigned16"],
    [2636, 137, "OBSERVATION_DOMAIN_LEVEL_JUNIPER_COMMON_PROPERTIES", "unsigned64"],
    [3054, 197, "ixiaDNSRecords", "subTemplateList"],
    [5951, 188, "netscalerHTTPResponseSetCookie", "string"],
    [6871, 14, "initialTCPFlags", "unsigned16"],
    [6876, 881, "tenantSourceIPv4", "ipv4Address"],
    [12276, 10, "bigipHostName", "string"],
    [13745, 103, "server_hostname", "string"],
    [26866, 207, "DnsResponseIPv4Address", "ipv4Address"],
    [35632, 181, "HTTP_RET_CODE", "unsigned16"],
    [39499, 201, "dhcpHostMacAddr", "macAddress"],
  ];
  for (const [enterprise, id, name, type] of elements) {
    assert.deepEqual(informationElement(enterprise, id), { name, type });
  }
});

test("CERT numbers the other direction within its own elements", () => {
  assert.deepEqual(informationElement(6871, 16398), { name: "reverseInitialTCPFlags", type: "unsigned16" });
});

test("NetFlow v9 field types of nProbe, ASA and PAN-OS are named", () => {
  assert.equal(informationElement(0, 57472 + 118).name, "L7_PROTO");
  assert.equal(informationElement(0, 57472 + 187).name, "HTTP_HOST");
  assert.deepEqual(informationElement(0, 33002), { name: "NF_F_FW_EXT_EVENT", type: "unsigned16" });
  assert.deepEqual(informationElement(0, 56701), { name: "APP_ID", type: "string" });
});

test("elements that log NAT events are named and typed (RFC 8158)", () => {
  const elements: [number, string, string][] = [
    [225, "postNATSourceIPv4Address", "ipv4Address"],
    [227, "postNAPTSourceTransportPort", "unsigned16"],
    [229, "natOriginatingAddressRealm", "unsigned8"],
    [230, "natEvent", "unsigned8"],
    [233, "firewallEvent", "unsigned8"],
    [281, "postNATSourceIPv6Address", "ipv6Address"],
    [283, "natPoolId", "unsigned32"],
    [361, "portRangeStart", "unsigned16"],
    [362, "portRangeEnd", "unsigned16"],
    [363, "portRangeStepSize", "unsigned16"],
    [364, "portRangeNumPorts", "unsigned16"],
    [463, "natInstanceID", "unsigned32"],
    [464, "internalAddressRealm", "octetArray"],
    [466, "natQuotaExceededEvent", "unsigned32"],
    [467, "natThresholdEvent", "unsigned32"],
    [471, "maxSessionEntries", "unsigned32"],
    [480, "addressPortMappingPerUserHighThreshold", "unsigned32"],
    [481, "globalAddressMappingHighThreshold", "unsigned32"],
  ];
  for (const [id, name, type] of elements) assert.deepEqual(informationElement(0, id), { name, type });
});
