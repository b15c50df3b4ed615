import type { DecoderLimits } from "../exporter/limits.ts";
import { ObservationDomain } from "./domain.ts";
import type { Template } from "./template.ts";

/**
 * The templates of one exporter, by protocol, observation domain and id.
 *
 * Bounded: past `limits.templates` the template that the exporter has not
 * named for the longest time is dropped, past `limits.domains` the domain that
 * it belongs to. NetFlow v9 and IPFIX keep their domains apart.
 */
export class TemplateStore {
  readonly #netflow9 = new Map<number, ObservationDomain>();
  readonly #ipfix = new Map<number, ObservationDomain>();
  #oldest: Template | undefined = undefined;
  #newest: Template | undefined = undefined;
  #count = 0;

  /** Templates and options templates held. */
  get count(): number {
    return this.#count;
  }

  domain(netflow9: boolean, id: number): ObservationDomain | undefined {
    return netflow9 ? this.#netflow9.get(id) : this.#ipfix.get(id);
  }

  domains(netflow9: boolean): ReadonlyMap<number, ObservationDomain> {
    return netflow9 ? this.#netflow9 : this.#ipfix;
  }

  /** Keeps `template`, in place of one of the same id. Returns how many others had to go for a limit's sake. */
  put(domainId: number, template: Template, limits: DecoderLimits): number {
    const before = this.#count;
    const domains = template.netflow9 ? this.#netflow9 : this.#ipfix;
    let domain = domains.get(domainId);
    let expected = before + 1;
    if (domain === undefined) {
      if (domains.size >= limits.domains) this.#dropDomain(template.netflow9);
      domain = new ObservationDomain(domainId, template.netflow9);
      domains.set(domainId, domain);
    }
    const replaced = domain.templates.get(template.id);
    if (replaced !== undefined) {
      this.#remove(replaced);
      expected--;
    }
    while (this.#count >= Math.max(limits.templates, 1) && this.#oldest !== undefined) {
      this.#remove(this.#oldest);
    }
    template.domain = domain;
    domain.templates.set(template.id, template);
    this.#append(template);
    this.#count++;
    return expected - this.#count;
  }

  /** The exporter has sent this template again. */
  refresh(template: Template): void {
    if (template === this.#newest) return;
    this.#unlink(template);
    this.#append(template);
  }

  withdraw(template: Template): void {
    this.#remove(template);
  }

  /** Withdraws every template, or every options template, of a domain (RFC 7011, 8.1). Returns how many. */
  withdrawAll(domain: ObservationDomain, options: boolean): number {
    const before = this.#count;
    for (const template of domain.templates.values()) {
      if (template.isOptions === options) this.#remove(template);
    }
    return before - this.#count;
  }

  #dropDomain(netflow9: boolean): void {
    const domains = netflow9 ? this.#netflow9 : this.#ipfix;
    let candidate = this.#oldest;
    while (candidate !== undefined && candidate.netflow9 !== netflow9) candidate = candidate.newer;
    const victim = candidate?.domain ?? domains.values().next().value;
    if (victim === undefined) return;
    for (const template of victim.templates.values()) this.#remove(template);
    domains.delete(victim.id);
  }

  #remove(template: Template): void {
    template.domain?.templates.delete(template.id);
    template.domain = undefined;
    this.#unlink(template);
    this.#count--;
  }

  #append(template: Template): void {
    template.older = this.#newest;
    template.newer = undefined;
    if (this.#newest === undefined) this.#oldest = template;
    else this.#newest.newer = template;
    this.#newest = template;
  }

  #unlink(template: Template): void {
    if (template.older === undefined) this.#oldest = template.newer;
    else template.older.newer = template.newer;
    if (template.newer === undefined) this.#newest = template.older;
    else template.newer.older = template.older;
    template.older = undefined;
    template.newer = undefined;
  }
}
