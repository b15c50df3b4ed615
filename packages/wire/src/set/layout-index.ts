import type { ColumnDecoder } from "../column/decoder.ts";
import type { ObservationDomain } from "../template/domain.ts";
import type { Template } from "../template/template.ts";

/** What the data sets of one template of flow records need to be read. */
export type SetLayout = {
  readonly columns: ColumnDecoder;
  /** Octets of a record, or of the shortest possible one. */
  readonly minimumLength: number;
};

/** Entries at first and at most; four words each. Powers of two. */
const fewestEntries = 1 << 8;
const mostEntries = 1 << 17;
/** Entries from one domain to the next: the ids of most exporters lie close together. */
const domainStep = 64;

/**
 * The layout of the template that a domain knows under an id, in one look.
 *
 * A thousand exporters with fifty templates each are more objects than the
 * processor's caches hold, and every step from one to the next waits for
 * memory. Here what a data set needs is one entry of sixteen octets: the
 * domain's stamp, the template's id, the number of its layout and when the
 * exporter sent it last. A domain whose templates change gets another stamp,
 * so that its old entries match no more. What an entry is lost to (two ids of
 * one place) is found again through the template.
 */
export class LayoutIndex {
  #entries = new Int32Array(4 * fewestEntries);
  #mask = fewestEntries - 1;
  /** Entries written since there are so many. */
  #puts = 0;
  readonly #layouts: SetLayout[] = [];
  readonly #numbers = new Map<ColumnDecoder, number>();
  readonly #limit: number;

  /** `limit` layouts are known at once. */
  constructor(limit: number) {
    this.#limit = Math.max(limit, 1);
  }

  /** The layout of template `id`; undefined where it is not here, or is older than `oldestMinute`. */
  find(domain: ObservationDomain, id: number, oldestMinute: number): SetLayout | undefined {
    const entries = this.#entries;
    const at = 4 * ((domain.serial * domainStep + id) & this.#mask);
    if (entries[at] !== domain.stamp || entries[at + 1] !== id || entries[at + 3] < oldestMinute) {
      return undefined;
    }
    return this.#layouts[entries[at + 2]];
  }

  put(domain: ObservationDomain, template: Template, columns: ColumnDecoder): void {
    let number = this.#numbers.get(columns);
    if (number === undefined) {
      if (this.#layouts.length >= this.#limit) this.#clear();
      number = this.#layouts.length;
      this.#layouts.push({ columns, minimumLength: template.minimumLength });
      this.#numbers.set(columns, number);
    }
    // Written more often than there are places for: they take each other's.
    if (++this.#puts > this.#mask && this.#mask + 1 < mostEntries) this.#widen();
    const entries = this.#entries;
    const at = 4 * ((domain.serial * domainStep + template.id) & this.#mask);
    entries[at] = domain.stamp;
    entries[at + 1] = template.id;
    entries[at + 2] = number;
    entries[at + 3] = template.refreshedMinute;
  }

  #clear(): void {
    this.#entries.fill(0);
    this.#layouts.length = 0;
    this.#numbers.clear();
  }

  /** What was known is found again through the templates. */
  #widen(): void {
    this.#entries = new Int32Array(2 * this.#entries.length);
    this.#mask = 2 * this.#mask + 1;
    this.#puts = 0;
  }
}
