/**
 * Lease files as Kea and ISC dhcpd write them, of clients that ask for addresses and give them back in network namespaces.
 */
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import {
  formatPrefix,
  importDhcpdLeases,
  importKeaLeases,
  KnownLeases,
  type GivenLease,
  type LeaseFileReport,
} from "@ishizue/ledger";
import { isInstalled, run, Running } from "./process.ts";

const server = `ishizue-dhcp-server-${process.pid % 100_000}`;
const client = `ishizue-dhcp-client-${process.pid % 100_000}`;
/** Seconds that a lease lasts: udhcpc takes none for shorter than 16. */
const lifetime = 20;
let folder = "";
let made = false;

async function ip(...args: string[]): Promise<boolean> {
  return (await run(["ip", ...args])).code === 0;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dhcp-peers-"));
  // dhcpd gives up its rights before it writes.
  await chmod(folder, 0o777);
  made = (await ip("netns", "add", server)) && (await ip("netns", "add", client));
  if (!made) return;
  await ip("link", "add", "leg", "netns", server, "type", "veth", "peer", "name", "cpe", "netns", client);
  await ip("-n", server, "addr", "add", "192.0.2.1/24", "dev", "leg");
  await ip("-n", server, "link", "set", "leg", "up");
  await ip("-n", client, "link", "set", "cpe", "up");
  const script = join(folder, "udhcpc.sh");
  // A client without its address cannot ask for it again.
  await writeFile(
    script,
    '#!/bin/sh\nip addr flush dev "$interface"\n[ -z "$ip" ] || ip addr add "$ip/24" dev "$interface"\n',
  );
  await chmod(script, 0o755);
});

after(async () => {
  await run(["ip", "netns", "del", client]);
  await run(["ip", "netns", "del", server]);
  await rm(folder, { recursive: true, force: true });
});

/** Whether this machine can do it; says why not. */
function isPossible(context: TestContext, program: string, install: string): boolean {
  if (!made) context.skip("this user may make no network namespaces");
  else if (!isInstalled("busybox")) context.skip("no busybox here: apt-get install -y busybox");
  else if (!isInstalled(program)) context.skip(`no ${program} here: apt-get install -y ${install}`);
  else return true;
  return false;
}

/** Takes a lease as a client, renews it where told so, and gives it back. */
async function lease(hwaddr: string, isRenewed: boolean): Promise<void> {
  await ip("-n", client, "link", "set", "cpe", "down");
  await ip("-n", client, "link", "set", "cpe", "address", hwaddr);
  await ip("-n", client, "link", "set", "cpe", "up");
  const options = ["-f", "-R", "-i", "cpe", "-s", join(folder, "udhcpc.sh"), "-t", "10", "-T", "1"];
  const asking = new Running(["ip", "netns", "exec", client, "busybox", "udhcpc", ...options]);
  await asking.says(/lease of [0-9.]+ obtained/);
  // Lease files know whole seconds.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  if (isRenewed) {
    asking.child.kill("SIGUSR1");
    await asking.says(/lease of [0-9.]+ obtained[^]*lease of [0-9.]+ obtained/);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  await asking.stop();
}

async function leasesOf(
  importer: typeof importKeaLeases,
  file: string,
): Promise<{ leases: GivenLease[]; report: LeaseFileReport }> {
  const leases: GivenLease[] = [];
  const report = await importer(file, {
    knownMs: Date.now(),
    known: new KnownLeases("peers"),
    onLease: (given) => void leases.push(given),
  });
  return { leases, report };
}

const [first, second] = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"];

/** Two clients one after the other, of whom the first renews its lease. */
async function assertLeases(importer: typeof importKeaLeases, file: string): Promise<GivenLease> {
  const sinceMs = Date.now();
  await lease(first, true);
  await lease(second, false);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { leases, report } = await leasesOf(importer, file);
  assert.deepEqual([report.bad, leases.map(({ line }) => line).toSorted()], [0, [first, second]]);
  assert.ok(report.taken >= 5, "two leases, a renewal and two releases are rows of their own");
  const renewed = leases.find(({ line }) => line === first)!;
  assert.ok(renewed.startMs >= sinceMs - 2000 && renewed.startMs <= Date.now());
  assert.match(formatPrefix(renewed.prefix.words, 0, renewed.prefix.prefixLength), /^192\.0\.2\.1\d$/);
  return renewed;
}

void test("kea-leases4.csv as Kea writes it", { timeout: 90_000 }, async (context) => {
  if (!isPossible(context, "kea-dhcp4", "kea-dhcp4-server")) return;
  const file = join(folder, "kea-leases4.csv");
  const config = join(folder, "kea.json");
  const output = join(folder, "kea.log");
  await writeFile(
    config,
    JSON.stringify({
      Dhcp4: {
        "interfaces-config": { interfaces: ["leg"], "dhcp-socket-type": "raw" },
        "lease-database": { type: "memfile", name: file, "lfc-interval": 0 },
        "valid-lifetime": lifetime,
        subnet4: [{ id: 1, subnet: "192.0.2.0/24", pools: [{ pool: "192.0.2.10 - 192.0.2.19" }] }],
        loggers: [{ name: "kea-dhcp4", output_options: [{ output }], severity: "INFO" }],
      },
    }),
  );
  const folders = ["env", `KEA_PIDFILE_DIR=${folder}`, `KEA_LOCKFILE_DIR=${folder}`];
  const kea = new Running(["ip", "netns", "exec", server, ...folders, "kea-dhcp4", "-c", config]);
  try {
    const { startMs, endMs } = await assertLeases(importKeaLeases, file);
    // Kea does not say when the lease was given back: it ends when it would have after its renewal.
    assert.ok(endMs - startMs > lifetime * 1000);
  } finally {
    await kea.stop();
  }
});

void test("dhcpd.leases as ISC dhcpd writes it", { timeout: 90_000 }, async (context) => {
  if (!isPossible(context, "dhcpd", "isc-dhcp-server")) return;
  const file = join(folder, "dhcpd.leases");
  const config = join(folder, "dhcpd.conf");
  await writeFile(file, "");
  await chmod(file, 0o666);
  await writeFile(
    config,
    `authoritative;
default-lease-time ${lifetime};
max-lease-time ${lifetime};
dhcp-cache-threshold 0;
subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.10 192.0.2.19; }
`,
  );
  const options = ["-4", "-f", "--no-pid", "-cf", config, "-lf", file];
  const dhcpd = new Running(["ip", "netns", "exec", server, "dhcpd", ...options, "leg"]);
  try {
    const { startMs, endMs } = await assertLeases(importDhcpdLeases, file);
    assert.ok(endMs - startMs < lifetime * 1000, "it ends when it was given back");
  } finally {
    await dhcpd.stop();
  }
});
