import type { FlowRows } from "@ishizue/store";
import { type Exporter, type FlowBatch, formatAddress, parseAddress } from "@ishizue/wire";
import type { Membership, RoutingDomain } from "../config/routing-domains.ts";
import { CommandFault } from "../fault/fault.ts";

/** Domain of an address whose VRF or VNI the configuration does not name: nobody holds anything in it. */
export const unknownDomain = "(unknown)";

/**
 * Names of the routing domains by the index that look-ups and rows have: '' first, `unknownDomain` last; '' alone
 * where the configuration has none.
 */
export function routingDomainNames(domains: readonly RoutingDomain[]): string[] {
  if (domains.length === 0) return [""];
  return [...new Set(["", ...domains.map(({ name }) => name), unknownDomain])];
}

/** What an exporter's rules say of the records of one observation domain; null: no rule of that kind. */
interface Rules {
  interfaces: Map<number, number> | null;
  vrfs: Map<number, number> | null;
  vrfNames: Map<string, number> | null;
  vnis: Map<number, number> | null;
  /** Of what no other rule names; -1: none. */
  rest: number;
}

/** Which domain a side is in, where nothing tells. */
const untold = -1;

/** A rule of the configuration: whose domain, and of which records. */
interface Rule {
  readonly domain: number;
  readonly of: Membership;
}

/** The rules of the configuration, by exporter. */
export class RoutingDomains {
  readonly names: readonly string[];
  readonly #rules: readonly Rule[];

  /** Errors: CommandFault BAD_CONFIG where an exporter's address is none, or a domain is there twice. */
  constructor(domains: readonly RoutingDomain[]) {
    this.names = routingDomainNames(domains);
    checkNames(domains);
    this.#rules = domains
      .flatMap(({ name, exporters }) =>
        exporters.map((of) => ({ domain: this.names.indexOf(name), of: { ...of, ...addressOf(of) } })),
      )
      .toSorted((a, b) => weight(a.of) - weight(b.of));
  }

  /** Whether there is any domain but ''. */
  get some(): boolean {
    return this.names.length > 1;
  }

  /** What is said of an exporter by its address as `formatAddress` writes it; null: nothing. */
  of(address: string): ExporterDomains | null {
    const rules = this.#rules.filter(({ of }) => of.address === undefined || of.address === address);
    return rules.length === 0 ? null : new ExporterDomains(rules, this.names.length - 1);
  }
}

function checkNames(domains: readonly RoutingDomain[]): void {
  const all = domains.flatMap(({ name, names }) => [name, ...names]);
  const twice = all.find((name, index) => all.indexOf(name) < index);
  if (twice === undefined && !all.includes(unknownDomain)) return;
  throw new CommandFault(
    "BAD_CONFIG",
    `routingDomains: "${twice ?? unknownDomain}" ${twice === undefined ? "is a name of ours" : "is there twice"}`,
    "give each domain names of its own, and list all of its exporters there",
  );
}

function addressOf({ address }: Membership): { address?: string } {
  if (address === undefined) return {};
  const words = new Uint32Array(4);
  if (parseAddress(address, words, 0)) return { address: formatAddress(words, 0) };
  throw new CommandFault(
    "BAD_CONFIG",
    `routingDomains: "${address}" is not an address`,
    "write the source address of the exporter's datagrams, without a prefix length",
  );
}

/** What is said of one exporter goes before what is said of all, of one observation domain before of all. */
function weight({ address, observationDomains }: Membership): number {
  return (address === undefined ? 0 : 2) + (observationDomains === undefined ? 0 : 1);
}

/**
 * Which routing domain both ends of one exporter's records are in.
 *
 * The source is in the domain of the record's ingress: of its VRF, else of its VNI, else of its interface. The
 * destination is in that of its egress. A side of which nothing tells is in the domain of the observation domain or
 * the exporter, else in that of the other side (a customer's packet leaves a PE by a core interface, which is in no
 * VRF), else in ''. A VRF or VNI that no rule names, of an exporter with rules for such, is in `unknownDomain`.
 */
export class ExporterDomains {
  readonly #rules: readonly Rule[];
  readonly #unknown: number;
  readonly #byDomain = new Map<number, Rules>();

  constructor(rules: readonly Rule[], unknown: number) {
    this.#rules = rules;
    this.#unknown = unknown;
  }

  /** Settles the domains of rows [first, end), all of this exporter. Returns the rows with an end in no known domain. */
  settle(batch: FlowBatch, wire: Exporter, rows: FlowRows, first: number, end: number): number {
    const { observationDomainId, ingressVRFID, egressVRFID, ingressVni, egressVni } = batch;
    const { ingressInterface, egressInterface } = batch;
    const { srcRoutingDomain, dstRoutingDomain } = rows;
    let rules = this.#rulesOf(observationDomainId[first]);
    let domainId = observationDomainId[first];
    let unknown = 0;
    for (let row = first; row < end; row++) {
      if (observationDomainId[row] !== domainId) {
        domainId = observationDomainId[row];
        rules = this.#rulesOf(domainId);
      }
      const ingress = this.#side(
        rules,
        wire,
        domainId,
        ingressVRFID[row],
        ingressVni[row],
        ingressInterface[row],
      );
      const egress = this.#side(
        rules,
        wire,
        domainId,
        egressVRFID[row],
        egressVni[row],
        egressInterface[row],
      );
      const source = ingress !== untold ? ingress : rules.rest !== untold ? rules.rest : egress;
      const destination = egress !== untold ? egress : rules.rest !== untold ? rules.rest : ingress;
      srcRoutingDomain[row] = source === untold ? 0 : source;
      dstRoutingDomain[row] = destination === untold ? 0 : destination;
      if (source === this.#unknown || destination === this.#unknown) unknown++;
    }
    return unknown;
  }

  #side(
    { interfaces, vrfs, vrfNames, vnis }: Rules,
    wire: Exporter,
    domainId: number,
    vrf: number,
    vni: number,
    index: number,
  ): number {
    if (vrfs !== null || vrfNames !== null) {
      const found =
        vrfs?.get(vrf) ?? (vrfNames === null ? undefined : vrfNames.get(vrfName(wire, domainId, vrf)));
      if (found !== undefined) return found;
      if (vrf !== 0) return this.#unknown;
    }
    if (vnis !== null && vni !== 0) return vnis.get(vni) ?? this.#unknown;
    return interfaces?.get(index) ?? untold;
  }

  #rulesOf(observationDomainId: number): Rules {
    const known = this.#byDomain.get(observationDomainId);
    if (known !== undefined) return known;
    // An exporter can name any number of them: they are few, or not worth keeping.
    if (this.#byDomain.size >= 1024) this.#byDomain.clear();
    const rules: Rules = { interfaces: null, vrfs: null, vrfNames: null, vnis: null, rest: untold };
    for (const { domain, of } of this.#rules) {
      if (of.observationDomains?.includes(observationDomainId) === false) continue;
      for (const index of of.interfaces ?? []) (rules.interfaces ??= new Map()).set(index, domain);
      for (const vni of of.vnis ?? []) (rules.vnis ??= new Map()).set(vni, domain);
      for (const vrf of of.vrfs ?? []) {
        if (typeof vrf === "number") (rules.vrfs ??= new Map()).set(vrf, domain);
        else (rules.vrfNames ??= new Map()).set(vrf, domain);
      }
      if (of.interfaces === undefined && of.vrfs === undefined && of.vnis === undefined) rules.rest = domain;
    }
    this.#byDomain.set(observationDomainId, rules);
    return rules;
  }
}

/** What the exporter's options data call a VRF, "" where they do not. */
function vrfName(wire: Exporter, domainId: number, vrf: number): string {
  if (vrf === 0) return "";
  return (
    wire.templates.domain(false, domainId)?.names.vrf(vrf) ??
    wire.templates.domain(true, domainId)?.names.vrf(vrf) ??
    ""
  );
}
