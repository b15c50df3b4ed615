import { readPairs, type Vendor, type Written } from "./binding.ts";

const cef = /CEF:\d+\|A10\|[^|]*\|[^|]*\|[^|]*\|([^|]*)\|[^|]*\|(.*)$/;
const batch = /^Nat Port Batch(?: Pool)? (Allocated|Freed)$/i;
const port = /^Nat (?:Port|Session) (Allocated|Created|Freed|Deleted)$/i;
const ascii = /\bNAT-[A-Z0-9]+-([NCADF])\w*: \[?([\da-fA-F.:]+?)\]?:\d+<-+>([\d.]+):(\d+)/;

/**
 * Port batches, ports and sessions of A10's Thunder CGN, in CEF and in its ASCII format.
 *
 * Source: ACOS, cgnv6 template logging: CGN 100 and 101 (a port), 102 and 103 (a session), 106 and 107 (a batch, its last
 * port in `cn3`).
 */
export const a10: Vendor = {
  name: "a10",
  isOf: (text) => text.includes("|A10|") || /\bNAT-[A-Z0-9]+-[A-Z]/.test(text),
  read: ({ text }) => (text.includes("|A10|") ? readCef(text) : readAscii(text)),
};

function readCef(text: string): Written {
  const match = cef.exec(text);
  if (match === null) return "the CEF header of the message cannot be read";
  const [, name, extension] = match;
  const ofBatch = batch.exec(name);
  const ofPort = port.exec(name);
  const event = ofBatch ?? ofPort;
  if (event === null) return undefined;
  const pairs = readPairs(extension);
  const first = Number(pairs.get("sourceTranslatedPort"));
  const last = ofBatch === null ? first : Number(pairs.get("cn3"));
  return [
    {
      kind: /^(?:alloc|creat)/i.test(event[1]) ? "allocate" : "release",
      inside: pairs.get("src") ?? "",
      outside: pairs.get("sourceTranslatedAddress") ?? "",
      first,
      last,
      ...(ofBatch === null ? { isSession: true } : {}),
    },
  ];
}

function readAscii(text: string): Written {
  const match = ascii.exec(text);
  if (match === null) return undefined;
  const [, event, inside, outside, outsidePort] = match;
  const first = Number(outsidePort);
  const kind = event === "D" || event === "F" ? "release" : "allocate";
  return [{ kind, inside, outside, first, last: first, isSession: true }];
}
