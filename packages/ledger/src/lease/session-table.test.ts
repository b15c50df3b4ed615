import assert from "node:assert/strict";
import { test } from "node:test";
import { LeaseColumns } from "./columns.ts";
import { leaseKey } from "./key.ts";
import { sessionKey, SessionTable } from "./session-table.ts";

const count = 20_000;

test("sessions find their leases while the table grows, also those that took another session", () => {
  const columns = new LeaseColumns();
  const table = new SessionTable(columns);
  const key = (session: number) => sessionKey("198.51.100.1", `S${session}`);
  const give = (session: number, lease: number): void => {
    const { high, low } = key(session);
    columns.setSession(lease, high, low);
    table.add(key(session), lease);
  };
  // Session i has the leases 2i and 2i + 1; every tenth session's second lease goes on to session 100,000 + i.
  for (let session = 0; session < count; session++) {
    for (const lease of [2 * session, 2 * session + 1]) {
      const words = Uint32Array.of(0, 0, 0xffff_0000, lease);
      columns.add(leaseKey(0, words, 128), 1000, 0);
      give(session, lease);
    }
    if (session % 10 === 0) give(100_000 + session, 2 * session + 1);
    const earlier = (session * 7919) % (session + 1);
    const expected = earlier % 10 === 0 ? [2 * earlier] : [2 * earlier, 2 * earlier + 1];
    assert.deepEqual(
      table.leases(key(earlier)).toSorted((a, b) => a - b),
      expected,
    );
  }
  for (let session = 0; session < count; session += 10) {
    assert.deepEqual(table.leases(key(100_000 + session)), [2 * session + 1]);
  }
  assert.deepEqual(table.leases(key(count)), []);
});
