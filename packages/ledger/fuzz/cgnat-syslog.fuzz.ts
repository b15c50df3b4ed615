import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FuzzTarget } from "../../../scripts/fuzz/target.ts";
import { importCgnatSyslog, Ledger, LedgerFault, LineTable } from "../src/index.ts";
import { text } from "./import.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-fuzz-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, "syslog");

/** Syslog of NATs, imported twice into one ledger. */
const cgnatSyslog: FuzzTarget = {
  name: "cgnat-syslog",
  framed: false,
  *seeds() {
    yield text(
      "<30>May 11 20:45:04 mx (FPC Slot 2) 2026-05-11 11:45:04: N{S}[jservices-nat]: JSERVICES_NAT_PORT_BLOCK_ALLOC: 10.20.0.5 -> 192.0.2.33:1024-1151 0x6a01c140",
      '<14>1 2026-05-11T20:50:00+09:00 srx RT_NAT - RT_SRC_NAT_PBA_RELEASE [a internal-ip="10.20.0.5" block-port-low="1024" block-port-high="1151" reflexive-ip="192.0.2.33"]',
      "",
    );
    yield text(
      "<134>1 2026 May 11 10:30:45 192.168.2.3 - - NAT44 - [UserbasedA - 10.1.32.45 V - 100.1.1.28 - 12544 12671 - -][SessionbasedWD 6 10.1.32.45 V - 100.1.1.28 5 20 - 8.8.8.8 53]",
      "<134> 1 2026 Apr 14 18:54:19 H - - DSLITE:sessionbasedA [6 - 2001:db8::1 203.0.113.159 48558 38287 -]",
      "2026-05-02T11:34:56Z 10.0.0.1 CEF:0|A10|CFW|6|CGN 106|Nat Port Batch Pool Allocated|5|src=100.65.1.7 sourceTranslatedAddress=203.0.113.12 sourceTranslatedPort=22016 cn3=22271",
      'May 12 09:33:42 f5 "LSN_PB_ALLOCATED""10.10.10.1%0""203.0.113.9%0:10240-10255"',
      '<189>logid="0100022016" eventtime=1778497200000000000 saddr="10.1.100.5" nat=203.0.113.200 portbegin=5117 portend=5244 duration=60',
      '<1>May 11 20:00:00 sr1 "{8} Map  192.0.2.29 [1024-1055] MDA 3/1 -- 1 classic-lsn-sub %1 vprn15 10.10.10.101 at 2026/05/11 11:00:00"',
      "",
    );
  },
  async run(bytes) {
    writeFileSync(path, bytes);
    const lines = bytes.filter((octet) => octet === 10).length + 1;
    const ledger = new Ledger({ lines: new LineTable() });
    const reasons = new Set<string>();
    try {
      for (let time = 0; time < 2; time++) {
        const report = await importCgnatSyslog(path, {
          timeZone: "Asia/Tokyo",
          knownMs: 1_790_000_000_000 + time,
          onEvent: (event) => ledger.apply(event).reason,
        });
        assert.ok(report.taken + report.bad + report.passedOver <= lines, "more messages than lines");
        for (const { line, reason } of report.badRows) {
          assert.ok(line >= 1 && line <= lines, "a bad row in a line that is not there");
          assert.ok(reason.length <= 400 && !reason.includes("\n"), "a reason as long as the file");
          reasons.add(reason.replaceAll(/"[^"]*"|\d+/g, ""));
        }
      }
      for (const { ports } of ledger.log()) {
        assert.ok(ports !== undefined && ports.first <= ports.last && ports.last <= 0xffff, "no port set");
      }
    } catch (error) {
      if (!(error instanceof LedgerFault)) throw error;
      assert.equal(error.message.split("\n").length, 1, "a fault of more than a line");
      return [error.code];
    }
    return [...reasons, `leases${ledger.stats.leases > 0}`];
  },
  words: [
    text("-> 192.0.2.1:0-65535"),
    text("[UserbasedA "),
    text("LSN_PB_RELEASED"),
    text(" - - "),
    text("portbegin="),
  ],
};

export default cgnatSyslog;
