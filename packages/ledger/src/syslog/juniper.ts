import { readPairs, type Vendor, type Written, type WrittenBinding } from "./binding.ts";

const service =
  /(?:JSERVICES|ASP)_NAT_PORT_BLOCK_(ALLOC|RELEASE|ACTIVE): (\S+) ?-> ?([\d.]+):(\d+)-(\d+)(?: 0x([\da-f]+))?/i;
/** In service cards' messages the time of the event stands before the card's tag, in UTC. */
const serviceTime = /(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})/;
const flow = /RT_SRC_NAT_PBA_(ALLOC|RELEASE|INTERIM)/;
const subscriber =
  /Subscriber (\S+) used\/maximum \[\d+\/\d+\] blocks, \w+ port block \[(\d+)-(\d+)\] from ([\d.]+)/;

const kinds = { ALLOC: "allocate", RELEASE: "release", ACTIVE: "active", INTERIM: "active" } as const;

/**
 * Port blocks of Juniper's MX (MS-MPC, MS-MIC, MS-DPC; MX-SPC3) and SRX.
 *
 * Source: Junos system log messages JSERVICES_NAT_PORT_BLOCK_*, ASP_NAT_PORT_BLOCK_*, RT_SRC_NAT_PBA_*; the number at the
 * end of a service card's message is when the block was allocated, in seconds since 1970.
 */
export const juniper: Vendor = {
  name: "juniper",
  isOf: (text) => text.includes("_NAT_PORT_BLOCK_") || text.includes("RT_SRC_NAT_PBA_"),
  read: ({ text }) => (text.includes("RT_SRC_NAT_PBA_") ? readFlow(text) : readService(text)),
};

function readService(text: string): Written {
  const match = service.exec(text);
  if (match === null) return "the port block of the message cannot be read";
  const [, event, inside, outside, first, last, hex] = match as (string | undefined)[];
  const startMs = hex === undefined ? Number.NaN : Number.parseInt(hex, 16) * 1000;
  const at = serviceTime.exec(text.slice(0, match.index));
  const atMs = at === null ? Number.NaN : Date.UTC(+at[1], +at[2] - 1, +at[3], +at[4], +at[5], +at[6]);
  return [
    {
      kind: kinds[(event ?? "ALLOC").toUpperCase() as keyof typeof kinds],
      inside: inside ?? "",
      outside: outside ?? "",
      first: Number(first),
      last: Number(last),
      ...(Number.isNaN(atMs) ? {} : { atMs }),
      ...(startMs > 0 ? { startMs } : {}),
    },
  ];
}

function readFlow(text: string): Written {
  const event = flow.exec(text);
  if (event === null) return "the port block of the message cannot be read";
  const kind = kinds[event[1] as keyof typeof kinds];
  const pairs = readPairs(text);
  const startMs = Number.parseInt(pairs.get("epoch-time-64") ?? "", 16) * 1000;
  const start = startMs > 0 ? { startMs } : {};
  const inside = pairs.get("internal-ip");
  if (inside !== undefined) {
    const binding: WrittenBinding = {
      kind,
      inside,
      outside: pairs.get("reflexive-ip") ?? "",
      first: Number(pairs.get("block-port-low")),
      last: Number(pairs.get("block-port-high")),
      ...start,
    };
    return [binding];
  }
  const match = subscriber.exec(text);
  if (match === null) return "the port block of the message cannot be read";
  const [, address, first, last, outside] = match;
  return [{ kind, inside: address, outside, first: Number(first), last: Number(last), ...start }];
}
