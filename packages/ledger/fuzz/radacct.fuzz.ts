import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importRadacct, Ledger, LedgerFault, LineTable } from "../src/index.ts";
import { text } from "./import.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, "radacct");

/** Exports of radacct, imported twice into one ledger. */
const radacct: FuzzTarget = {
  name: "radacct",
  framed: false,
  *seeds() {
    yield text(
      "acctsessionid,username,nasipaddress,acctstarttime,acctstoptime,framedipaddress,framedipv6prefix",
      "S1,alice,198.51.100.1,2026-05-14 12:00:00,2026-05-14 13:00:00,192.0.2.7,2001:db8::/64",
      '"S2","b ""c""","198.51.100.1","1778727600",\\N,"192.0.2.7",""',
    );
    yield text(
      "username\tacctstarttime\tacctstoptime\tdelegatedipv6prefix",
      "alice\t2026-05-14 12:00:00+09\tNULL\t2001:db8:5::/56",
    );
  },
  async run(bytes) {
    writeFileSync(path, bytes);
    const lines = bytes.filter((octet) => octet === 10).length + 1;
    const ledger = new Ledger({ lines: new LineTable() });
    const reasons = new Set<string>();
    try {
      for (let time = 0; time < 2; time++) {
        const report = await importRadacct(path, {
          timeZone: "Asia/Tokyo",
          knownMs: 1_790_000_000_000 + time,
          onEvent: (event) => ledger.apply(event).reason,
        });
        assert.ok(report.taken + report.bad <= lines, "more rows than lines");
        for (const { line, reason } of report.badRows) {
          assert.ok(line >= 1 && line <= lines, "a bad row in a line that is not there");
          assert.ok(reason.length <= 400 && !reason.includes("\n"), "a reason as long as the file");
          reasons.add(reason.replaceAll(/"[^"]*"|\d+/g, ""));
        }
      }
    } catch (error) {
      if (!(error instanceof LedgerFault)) throw error;
      assert.equal(error.message.split("\n").length, 1, "a fault of more than a line");
      return [error.code];
    }
    return [...reasons, `leases${ledger.stats.leases > 0}`];
  },
  words: [text('"'), text("\\N"), text("\t\t\t"), text("S1,alice,,1778727600,,192.0.2.7,"), text('\\"')],
};

export default radacct;
