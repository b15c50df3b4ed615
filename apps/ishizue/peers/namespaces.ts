import { run } from "./process.ts";

/**
 * Three network namespaces in a row: an exporter, a relay with a leg in either
 * network, and a collector whose way back to the exporter is the relay.
 */
export class ThreeNamespaces {
  readonly exporter = { address: "198.51.100.10", address6: "2001:db8:51::10" };
  readonly relay = { address: "198.51.100.1", address6: "2001:db8:51::1", beyond: "203.0.113.1" };
  readonly collector = { address: "203.0.113.9", address6: "2001:db8:113::9" };
  readonly #suffix = `${process.pid % 100_000}`;

  /** The command that runs another in a namespace. */
  within(name: "exporter" | "relay" | "collector"): string[] {
    return ["ip", "netns", "exec", this.#name(name)];
  }

  /** Outcomes: false where this user may make no namespaces. */
  async make(): Promise<boolean> {
    const [exporter, relay, collector] = (["exporter", "relay", "collector"] as const).map((name) =>
      this.#name(name),
    );
    for (const name of [exporter, relay, collector]) {
      if ((await run(["ip", "netns", "add", name])).code !== 0) return false;
      await ip("-n", name, "link", "set", "lo", "up");
    }
    await ip("link", "add", "near", "netns", relay, "type", "veth", "peer", "name", "leg", "netns", exporter);
    await ip("link", "add", "far", "netns", relay, "type", "veth", "peer", "name", "leg", "netns", collector);
    for (const [name, link, four, six] of [
      [exporter, "leg", this.exporter.address, this.exporter.address6],
      [relay, "near", this.relay.address, this.relay.address6],
      [relay, "far", this.relay.beyond, "2001:db8:113::1"],
      [collector, "leg", this.collector.address, this.collector.address6],
    ]) {
      await ip("-n", name, "addr", "add", `${four}/24`, "dev", link);
      await ip("-n", name, "addr", "add", `${six}/64`, "dev", link, "nodad");
      await ip("-n", name, "link", "set", link, "up");
    }
    await ip("-n", collector, "route", "add", "default", "via", this.relay.beyond);
    await ip("-n", collector, "-6", "route", "add", "default", "via", "2001:db8:113::1");
    return true;
  }

  async remove(): Promise<void> {
    for (const name of ["exporter", "relay", "collector"])
      await run(["ip", "netns", "del", this.#name(name)]);
  }

  #name(name: string): string {
    return `ishizue-${name}-${this.#suffix}`;
  }
}

async function ip(...args: string[]): Promise<void> {
  const { code, printed } = await run(["ip", ...args]);
  if (code !== 0) throw new Error(`ip ${args.join(" ")}: ${printed}`);
}
