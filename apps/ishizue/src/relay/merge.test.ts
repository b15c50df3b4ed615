import type { RelayStats } from "@ishizue/receive";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeRelays } from "./merge.ts";

function stats(count: number, lastError: string | null): RelayStats {
  const target = { target: "192.0.2.9:2055", address: "192.0.2.9" };
  return {
    datagrams: count,
    octets: 100 * count,
    filtered: 1,
    keepsSource: true,
    whyOwnAddress: null,
    targets: [
      {
        ...target,
        sent: count,
        sentAsSelf: 1,
        octets: 100 * count,
        dropped: 2,
        tooLong: 1,
        errors: 3,
        errorCodes: lastError === null ? {} : { [lastError]: 3 },
        lastError,
      },
    ],
  };
}

test("the relays of several threads are one, target by target", () => {
  const one = stats(10, null);
  assert.deepEqual(mergeRelays([one, stats(5, "ECONNREFUSED")]), {
    datagrams: 15,
    octets: 1500,
    filtered: 2,
    keepsSource: true,
    whyOwnAddress: null,
    targets: [
      {
        target: "192.0.2.9:2055",
        address: "192.0.2.9",
        sent: 15,
        sentAsSelf: 2,
        octets: 1500,
        dropped: 4,
        tooLong: 2,
        errors: 6,
        errorCodes: { ECONNREFUSED: 3 },
        lastError: "ECONNREFUSED",
      },
    ],
  });
  // What was merged is left as it was.
  assert.deepEqual(one, stats(10, null));
  assert.equal(mergeRelays([]), null);
});
