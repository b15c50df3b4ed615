import type { DecoderLimits } from "../exporter/limits.ts";
import type { DecoderUse } from "../exporter/use.ts";
import { NameUse } from "../names/table.ts";
import { ObservationDomain } from "./domain.ts";
import { ageMinutes } from "./lifetime.ts";
import { type Template, templateSize } from "./template.ts";

/**
 * The templates of one exporter, by protocol, observation domain and id.
 *
 * Bounded: past `limits.templates` or `limits.templateFields` the template that
 * the exporter has not named for the longest time is dropped, past
 * `limits.domains` the domain that it belongs to. Past
 * `limits.templateFieldsInAll`, which all exporters of a decoder share, a new
 * template takes the place of the exporter's own or is not kept: who sends in
 * a thousand names pushes out nobody else's. NetFlow v9 and IPFIX keep their
 * domains apart.
 */
export class TemplateStore {
  /** Whether a domain has resolved anything from domain 0 since that changed. */
  resolved = false;
  /** Names from options data that all domains hold together. */
  readonly nameUse = new NameUse();
  readonly #netflow9 = new Map<number, ObservationDomain>();
  readonly #ipfix = new Map<number, ObservationDomain>();
  #oldest: Template | undefined = undefined;
  #newest: Template | undefined = undefined;
  #count = 0;
  #size = 0;
  /** Sampling intervals that the domains hold. */
  #samplers = 0;
  /** What the decoder's exporters hold together; undefined until a decoder took this one up. */
  #use: DecoderUse | undefined = undefined;

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

  /** All templates, the one that the exporter has not sent for the longest time first. */
  *byAge(): Generator<Template> {
    for (let template = this.#oldest; template !== undefined; template = template.newer) yield template;
  }

  /** What this exporter holds counts from now on among what the decoder's exporters hold. */
  countIn(use: DecoderUse): void {
    if (this.#use === use) return;
    this.nameUse.countIn(use);
    this.#countOut();
    use.templateFields += this.#size;
    use.domains += this.#netflow9.size + this.#ipfix.size;
    use.samplers += this.#samplers;
    this.#use = use;
  }

  /**
   * Keeps `template`, in place of one of the same id. Returns how many others
   * had to go for a limit's sake; −1 where the template is not kept, because it
   * is too large or the other exporters leave no room.
   */
  put(domainId: number, template: Template, limits: DecoderLimits): number {
    const known = this.domain(template.netflow9, domainId);
    const replaced = known?.templates.get(template.id);
    if (replaced !== undefined) this.#remove(replaced);
    const before = this.#count;
    const size = templateSize(template);
    const ofOthers = this.#use === undefined ? 0 : this.#use.templateFields - this.#size;
    if (size > limits.templateFields || ofOthers + size > limits.templateFieldsInAll) return -1;
    while (this.#oldest !== undefined && !this.#hasRoom(size, limits)) this.#remove(this.#oldest);
    const domain = known ?? this.#makeDomain(domainId, template.netflow9, limits);
    template.domain = domain;
    domain.keep(template);
    this.#append(template);
    this.#count++;
    this.#addSize(size);
    return before + 1 - this.#count;
  }

  /** The domain of an id, made where there is none, in place of the one not heard of for the longest time past the limit. */
  ensureDomain(id: number, netflow9: boolean, limits: DecoderLimits): ObservationDomain {
    return this.domain(netflow9, id) ?? this.#makeDomain(id, netflow9, limits);
  }

  /** The exporter has sent this template again. */
  refresh(template: Template, minute: number): void {
    template.refreshedMinute = minute;
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

  /** Drops every template not sent again for more than `lifetimeMinutes`. Returns how many. */
  expire(minute: number, lifetimeMinutes: number): number {
    const before = this.#count;
    while (this.#oldest !== undefined && ageMinutes(this.#oldest, minute) > lifetimeMinutes) {
      this.#remove(this.#oldest);
    }
    return before - this.#count;
  }

  /** Forgets everything, and counts no longer among what a decoder's exporters hold. */
  clear(): void {
    while (this.#oldest !== undefined) this.#remove(this.#oldest);
    for (const domains of [this.#netflow9, this.#ipfix]) {
      for (const domain of domains.values()) {
        domain.dropped = true;
        domain.names.clear();
      }
    }
    this.#countOut();
    this.#netflow9.clear();
    this.#ipfix.clear();
    this.#samplers = 0;
    this.#use = undefined;
  }

  /** Takes room for one more sampling interval of a domain; false where the decoder's exporters leave none. */
  takeSampler(limits: DecoderLimits): boolean {
    if (this.#use !== undefined) {
      if (this.#use.samplers >= limits.samplersInAll) return false;
      this.#use.samplers++;
    }
    this.#samplers++;
    return true;
  }

  #countOut(): void {
    if (this.#use === undefined) return;
    this.#use.templateFields -= this.#size;
    this.#use.domains -= this.#netflow9.size + this.#ipfix.size;
    this.#use.samplers -= this.#samplers;
  }

  /** What domain 0 knows of sampling has changed: every domain asks it again. */
  resolveAgain(): void {
    if (!this.resolved) return;
    this.resolved = false;
    for (const domain of this.#netflow9.values()) domain.resolveAgain();
    for (const domain of this.#ipfix.values()) domain.resolveAgain();
  }

  #hasRoom(size: number, limits: DecoderLimits): boolean {
    if (this.#count >= Math.max(limits.templates, 1)) return false;
    if (this.#size + size > limits.templateFields) return false;
    return this.#use === undefined || this.#use.templateFields + size <= limits.templateFieldsInAll;
  }

  #addSize(size: number): void {
    this.#size += size;
    if (this.#use !== undefined) this.#use.templateFields += size;
  }

  #makeDomain(id: number, netflow9: boolean, limits: DecoderLimits): ObservationDomain {
    const domains = netflow9 ? this.#netflow9 : this.#ipfix;
    const noRoom = this.#use !== undefined && this.#use.domains >= limits.domainsInAll;
    if (noRoom || domains.size >= Math.max(limits.domains, 1)) this.#dropDomain(netflow9);
    const domain = new ObservationDomain(id, netflow9, this);
    domains.set(id, domain);
    if (this.#use !== undefined) this.#use.domains++;
    return domain;
  }

  #dropDomain(netflow9: boolean): void {
    const domains = netflow9 ? this.#netflow9 : this.#ipfix;
    let candidate = this.#oldest;
    while (candidate !== undefined && candidate.netflow9 !== netflow9) candidate = candidate.newer;
    const victim = candidate?.domain ?? domains.values().next().value;
    if (victim === undefined) return;
    for (const template of victim.templates.values()) this.#remove(template);
    victim.names.clear();
    domains.delete(victim.id);
    const samplers = victim.sampling.samplers.size + victim.sampling.interfaces.size;
    this.#samplers -= samplers;
    if (this.#use !== undefined) {
      this.#use.domains--;
      this.#use.samplers -= samplers;
    }
    victim.dropped = true;
    if (victim.id === 0) this.resolveAgain();
  }

  #remove(template: Template): void {
    template.domain?.drop(template);
    template.domain = undefined;
    this.#unlink(template);
    this.#count--;
    this.#addSize(-templateSize(template));
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
