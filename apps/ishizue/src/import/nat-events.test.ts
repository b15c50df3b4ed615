import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type BindingEvent, formatLeased } from "@ishizue/ledger";
import { CaptureWriter } from "../capture/write.ts";
import { importNatEvents } from "./nat-events.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-nat-events-"));
after(() => rmSync(folder, { recursive: true }));

/** A capture of messages from 192.0.2.250, one a second from 2026-05-11. */
async function capture(...messages: string[]): Promise<string> {
  const file = join(folder, "events.pcap");
  const writer = new CaptureWriter(file);
  for (const [index, hex] of messages.entries()) {
    const octets = Buffer.from(hex.replaceAll(/\s/g, ""), "hex");
    await writer.write("192.0.2.250", 4739, 4739, Date.UTC(2026, 4, 11) + 1000 * index, octets);
  }
  await writer.close();
  return file;
}

/** An IPFIX message of 2026-05-11 with these sets. */
function ipfix(...sets: string[]): string {
  const body = sets.join("").replaceAll(/\s/g, "");
  const seconds = (Date.UTC(2026, 4, 11) / 1000).toString(16);
  return `000a${(16 + body.length / 2).toString(16).padStart(4, "0")}${seconds}0000000000000001${body}`;
}

// 230, 8, 225, 361, 362, 234.
const template = "0002 0020 0100 0006 00e6 0001 0008 0004 00e1 0004 0169 0002 016a 0002 00ea 0004";

test("NAT events of a capture are bindings, its flow records are nothing, and bad events are told by packet", async () => {
  const file = await capture(
    ipfix(template, "0100 0015 10 64400001 c0000201 0400 07ff 00000007"),
    // Flows: 8, 12, 1, 2.
    ipfix(
      "0002 0018 0101 0004 0008 0004 000c 0004 0001 0004 0002 0004 0101 0014 c0000201 c6336401 000003e8 00000001",
    ),
    ipfix("0100 0026 11 64400001 c0000201 0400 07ff 00000007 10 64400001 00000000 0400 07ff 00000000"),
  );
  const told: string[] = [];
  const report = await importNatEvents(file, {
    knownMs: Date.UTC(2026, 4, 12),
    insideDomain: (address, vrf) => (vrf === 7 ? `red of ${address}` : ""),
    onEvent: async ({ kind, prefix, inside, nas, atMs }: BindingEvent) => {
      const held = `${inside?.domain} ${formatLeased(inside!.words, 128, null)}`;
      told.push(`${kind} ${formatLeased(prefix.words, 128, prefix.ports ?? null)} ${held} ${nas} ${atMs}`);
      return Promise.resolve(undefined);
    },
  });
  const atMs = Date.UTC(2026, 4, 11);
  assert.deepEqual(told, [
    `allocate 192.0.2.1:1024-2047 red of 192.0.2.250 100.64.0.1 192.0.2.250 ${atMs}`,
    `release 192.0.2.1:1024-2047 red of 192.0.2.250 100.64.0.1 192.0.2.250 ${atMs}`,
  ]);
  assert.deepEqual([report.taken, report.bad, report.empty], [2, 1, false]);
  assert.deepEqual(report.badRows, [{ file, line: 3, reason: "a NAT event without an address or ports" }]);
});

test("a file that is not there is told in one line", async () => {
  const options = { knownMs: 0, insideDomain: () => "", onEvent: async () => undefined };
  await assert.rejects(importNatEvents(join(folder, "none.pcap"), options), { code: "NO_SUCH_FILE" });
});
