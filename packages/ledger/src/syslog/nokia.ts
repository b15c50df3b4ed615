import { addressWords, type Vendor, type Written } from "./binding.ts";

const event =
  /\b(Map|Free) +(\S+) \[(\d+)-(\d+)\] .*? (\S+) at (\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})/;

/**
 * Blocks of large-scale NAT of Nokia's 7750 SR: events 2012 tmnxNatPlBlockAllocationLsn and 2021 tmnxNatLsnSubBlksFree;
 * the last word before the time is the inside address. Those of L2-aware NAT (2013) name a subscriber in its place and
 * are bad rows.
 *
 * Source: Nokia 7750 SR Multiservice ISA and ESA Guide, syslog/SNMP/local-file logging; TIMETRA-NAT-MIB.
 */
export const nokia: Vendor = {
  name: "nokia",
  isOf: (text) => /\b(?:Map|Free) +\S+ \[\d+-\d+\] /.test(text),
  read: ({ text }) => read(text),
};

function read(text: string): Written {
  const match = event.exec(text);
  if (match === null) return "the port block of the message cannot be read";
  const [, what, outside, first, last, inside, ...time] = match;
  if (addressWords(inside) === undefined)
    return `"${inside}" is no inside address: the block is of a subscriber by name`;
  const [year, month, day, hour, minute, second] = time.map(Number);
  return [
    {
      kind: what === "Map" ? "allocate" : "release",
      inside,
      outside,
      first: Number(first),
      last: Number(last),
      atMs: Date.UTC(year, month - 1, day, hour, minute, second),
    },
  ];
}
