import { type DecoderLimits, defaultDecoderLimits } from "../exporter/limits.ts";
import type { DecoderUse } from "../exporter/use.ts";

/** What an exporter calls one of its interfaces or applications; "" for what it did not tell. */
export type NameEntry = { readonly name: string; readonly description: string };

/** An application, with the category that some exporters tell (IE 372). */
export type ApplicationEntry = NameEntry & { readonly category: string };

/** Characters of a name or a description that are kept; the rest is cut off. */
export const nameCharacters = 128;

/** How many names the domains of one exporter hold together. */
export class NameUse {
  #held = 0;
  #all: DecoderUse | undefined = undefined;

  get held(): number {
    return this.#held;
  }

  /** What is held counts from now on among what the decoder's exporters hold. */
  countIn(all: DecoderUse): void {
    if (this.#all !== undefined) this.#all.names -= this.#held;
    all.names += this.#held;
    this.#all = all;
  }

  /** Takes room for one more; false where there is none. */
  take({ names, namesInAll }: NameLimits): boolean {
    if (this.#held >= names || (this.#all !== undefined && this.#all.names >= namesInAll)) return false;
    this.#held++;
    if (this.#all !== undefined) this.#all.names++;
    return true;
  }

  giveBack(count: number): void {
    this.#held -= count;
    if (this.#all !== undefined) this.#all.names -= count;
  }
}

export type NameLimits = Pick<DecoderLimits, "names" | "namesInAll">;

/** Names of one observation domain as plain data, for a file or another thread. */
export type NameState = {
  readonly interfaces: readonly (readonly [index: number, name: string, description: string])[];
  readonly applications: readonly (readonly [
    id: string,
    name: string,
    description: string,
    category: string,
  ])[];
  readonly vrfs: readonly (readonly [id: number, name: string])[];
  readonly samplers: readonly (readonly [id: number, name: string])[];
};

/**
 * The names that the options data of one observation domain told: of
 * interfaces, applications, VRFs and samplers.
 *
 * Bounded by `limits.names` and `limits.namesInAll`; a name told again replaces
 * what was known. Names are clean: valid Unicode without control and format
 * characters, `nameCharacters` at most. The setters return 1 where a limit left
 * no room, else 0.
 */
export class NameTables {
  readonly #use: NameUse;
  readonly #interfaces = new Map<number, NameEntry>();
  readonly #applications = new Map<string, ApplicationEntry>();
  readonly #vrfs = new Map<number, string>();
  readonly #samplers = new Map<number, string>();

  constructor(use: NameUse = new NameUse()) {
    this.#use = use;
  }

  get size(): number {
    return this.#interfaces.size + this.#applications.size + this.#vrfs.size + this.#samplers.size;
  }

  /** IE 82 and 83 by ifIndex. */
  interface(index: number): NameEntry | undefined {
    return this.#interfaces.get(index);
  }

  /** IE 96, 94 and 372 by application id (IE 95) in hexadecimal: a classification engine and its selector (RFC 6759). */
  application(id: string): ApplicationEntry | undefined {
    return this.#applications.get(id);
  }

  /** IE 236 by VRF id (IE 234, 235). */
  vrf(id: number): string | undefined {
    return this.#vrfs.get(id);
  }

  /** IE 84 or 335 by sampler or selector id (IE 48, 302). */
  sampler(id: number): string | undefined {
    return this.#samplers.get(id);
  }

  setInterface(
    index: number,
    name: string,
    description: string,
    limits: NameLimits = defaultDecoderLimits,
  ): 0 | 1 {
    return this.#put(limits, this.#interfaces, index, { name, description });
  }

  setApplication(
    id: string,
    name: string,
    description: string,
    category: string,
    limits: NameLimits = defaultDecoderLimits,
  ): 0 | 1 {
    return this.#put(limits, this.#applications, id, { name, description, category });
  }

  setVrf(id: number, name: string, limits: NameLimits = defaultDecoderLimits): 0 | 1 {
    return this.#put(limits, this.#vrfs, id, name);
  }

  setSampler(id: number, name: string, limits: NameLimits = defaultDecoderLimits): 0 | 1 {
    return this.#put(limits, this.#samplers, id, name);
  }

  /** Forgets everything, and gives the room back. */
  clear(): void {
    this.#use.giveBack(this.size);
    this.#interfaces.clear();
    this.#applications.clear();
    this.#vrfs.clear();
    this.#samplers.clear();
  }

  state(): NameState {
    return {
      interfaces: Array.from(this.#interfaces, ([index, entry]) => [index, entry.name, entry.description]),
      applications: Array.from(this.#applications, ([id, entry]) => [
        id,
        entry.name,
        entry.description,
        entry.category,
      ]),
      vrfs: [...this.#vrfs],
      samplers: [...this.#samplers],
    };
  }

  /** Takes over names from `state`, within the bounds; what is no name is passed over. Never throws on any JSON. */
  restore(state: unknown, limits: NameLimits = defaultDecoderLimits): void {
    const { interfaces, applications, vrfs, samplers } = Object(state) as Record<string, unknown>;
    for (const [index, name, description] of rows(interfaces)) {
      if (isId(index)) this.setInterface(index, cleanName(name), cleanName(description), limits);
    }
    for (const [id, name, description, category] of rows(applications)) {
      if (typeof id !== "string" || !/^(?:[\da-f]{2}){1,32}$/.test(id)) continue;
      this.setApplication(id, cleanName(name), cleanName(description), cleanName(category), limits);
    }
    for (const [id, name] of rows(vrfs)) if (isId(id)) this.setVrf(id, cleanName(name), limits);
    for (const [id, name] of rows(samplers)) if (isId(id)) this.setSampler(id, cleanName(name), limits);
  }

  #put<Key, Value>(limits: NameLimits, table: Map<Key, Value>, key: Key, value: Value): 0 | 1 {
    if (!table.has(key) && !this.#use.take(limits)) return 1;
    table.set(key, value);
    return 0;
  }
}

function rows(value: unknown): unknown[][] {
  if (!Array.isArray(value)) return [];
  return value.filter((row): row is unknown[] => Array.isArray(row));
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A name without control and format characters and surrounding blanks, cut to `nameCharacters`; "" for what is no text. */
export function cleanName(value: unknown): string {
  if (typeof value !== "string") return "";
  const clean = value.slice(0, 4 * nameCharacters).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  return Array.from(clean.toWellFormed()).slice(0, nameCharacters).join("").trim();
}
