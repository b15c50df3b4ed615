import type { Random } from "./random.ts";

/** Values that a reader of plain data trips over. */
const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  9,
  10,
  255,
  256,
  65_535,
  65_536,
  4_294_967_295,
  4_294_967_296,
  2 ** 53,
  1e300,
  -1e300,
  "",
  "x",
  "\u0000\u202e",
  "65737",
  "00ff",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { length: 5 },
  { length: 1e9 },
];

/** Text of JSON with one to four of its values replaced, repeated, left out or moved; text that is none as it is. */
export function mutateJson(octets: Uint8Array, random: Random): Uint8Array {
  const holder: { root: unknown } = { root: undefined };
  try {
    holder.root = JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return octets;
  }
  for (let change = random.between(1, 4); change > 0; change--) changeOne(holder, random);
  return new TextEncoder().encode(JSON.stringify(holder.root) ?? "null");
}

type Place = { readonly container: Record<string, unknown> | unknown[]; readonly key: string };

function changeOne(holder: { root: unknown }, random: Random): void {
  const places: Place[] = [];
  gather(holder, places, 0);
  if (places.length > 20_000) return;
  const { container, key } = random.pick(places);
  const list = container as Record<string, unknown>;
  const other = random.pick(places);
  switch (random.below(5)) {
    case 0:
    case 1:
      list[key] = structuredClone(random.pick(values));
      break;
    case 2:
      list[key] = structuredClone((other.container as Record<string, unknown>)[other.key]);
      break;
    case 3:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else if (key !== "root") delete list[key];
      break;
    default:
      if (Array.isArray(container)) {
        for (let copies = 1 << random.below(6); copies > 0; copies--)
          container.push(structuredClone(list[key]));
      } else if (typeof list[key] === "number") list[key] += random.between(-3, 3);
  }
}

function gather(value: unknown, places: Place[], depth: number): void {
  if (typeof value !== "object" || value === null || depth > 12) return;
  const container = value as Record<string, unknown>;
  for (const key of Object.keys(container)) {
    places.push({ container, key });
    gather(container[key], places, depth + 1);
  }
}
