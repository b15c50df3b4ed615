import { DataRecordWriter, type EncodedField, Netflow9MessageWriter } from "@ishizue/wire";

/** Records in each message. */
export const recordsAMessage = 24;

/** The 20 fields of a router's flow record, 56 octets: as [element, octets]. */
export const routerFields: readonly (readonly [number, number])[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [5, 1],
  [6, 1],
  [61, 1],
  [1, 4],
  [2, 4],
  [22, 4],
  [21, 4],
  [10, 4],
  [14, 4],
  [16, 4],
  [17, 4],
  [15, 4],
  [9, 1],
  [13, 1],
  [58, 2],
];

/** Customers live in 100.64.0.0/12: 2^20 addresses. */
export const firstCustomer = 0x64400000;

export type LoadOptions = {
  /** Different messages that are sent in turn. */
  messages: number;
  /** Layouts; message i has the i-th of them by turns. */
  templates: number;
  /** Addresses that have a lease, from `firstCustomer` on. */
  customers: number;
};

export type FlowLoad = {
  /** Every template of an exporter, in messages of at most ten. */
  templates: Uint8Array[];
  payloads: Uint8Array[];
};

/**
 * NetFlow v9 messages of 24 records, seeded: each flow between a customer, drawn
 * as traffic is spread over lines, and a host elsewhere; half of them each way
 * round.
 */
export function makeLoad({ messages, templates, customers }: LoadOptions): FlowLoad {
  const random = xorshift(0x9e3779b9);
  const layouts = Array.from({ length: templates }, (_, index) => layout(index));
  const writers = layouts.map((fields, index) => new DataRecordWriter({ id: 256 + index, fields }));
  const sysUpTimeMs = 86_400_000;
  const unixSecs = Math.floor(Date.now() / 1000);
  const begin = (message: Netflow9MessageWriter): void =>
    message.begin({ sysUpTimeMs, unixSecs, sequenceNumber: 0, observationDomainId: 1 });

  const payloads = Array.from({ length: messages }, (_, index) => {
    const bytes = new Uint8Array(1472);
    const message = new Netflow9MessageWriter(bytes);
    const which = index % templates;
    begin(message);
    message.dataSet(writers[which]);
    for (let record = 0; record < recordsAMessage; record++) {
      const values = recordValues(random, customers, sysUpTimeMs);
      message.record(
        writers[which],
        Float64Array.from(layouts[which], ({ id }) => values.get(id) ?? 0),
      );
    }
    message.endSet();
    return bytes.slice(0, message.end());
  });

  const templateMessages: Uint8Array[] = [];
  for (let first = 0; first < templates; first += 10) {
    const bytes = new Uint8Array(1472);
    const message = new Netflow9MessageWriter(bytes);
    begin(message);
    const some = layouts.slice(first, first + 10);
    message.templateSet(some.map((fields, index) => ({ id: 256 + first + index, fields })));
    templateMessages.push(bytes.slice(0, message.end()));
  }
  return { templates: templateMessages, payloads };
}

/** The fields beginning with another each time. */
function layout(index: number): EncodedField[] {
  const fields = routerFields.map(([id, length]) => ({ id, length }));
  const first = index % fields.length;
  const turned = [...fields.slice(first), ...fields.slice(0, first)];
  // More layouts than fields: the rest runs backwards.
  return Math.floor(index / fields.length) % 2 === 0 ? turned : turned.reverse();
}

function recordValues(
  random: (below: number) => number,
  customers: number,
  sysUpTimeMs: number,
): Map<number, number> {
  // As traffic is: half of it is a tenth's of the lines, a fifth that of one in a hundred.
  const customer = firstCustomer + Math.floor(customers * (random(2 ** 24) / 2 ** 24) ** 3);
  const remote = 0xc6000000 + random(2 ** 24);
  const outbound = random(2) === 0;
  const packets = 1 + random(100);
  const end = sysUpTimeMs - random(30_000);
  return new Map([
    [8, outbound ? customer : remote],
    [12, outbound ? remote : customer],
    [7, outbound ? 1024 + random(60_000) : 443],
    [11, outbound ? 443 : 1024 + random(60_000)],
    [4, random(4) === 0 ? 17 : 6],
    [6, 0x1b],
    [1, packets * (64 + random(1400))],
    [2, packets],
    [22, end - random(30_000)],
    [21, end],
    [10, 1 + random(16)],
    [14, 1 + random(16)],
    [16, 64_512 + random(256)],
    [17, 64_512 + random(256)],
    [15, 0xac100001],
    [9, 24],
    [13, 24],
    [58, random(4096)],
  ]);
}

/** xorshift32. */
function xorshift(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 4_294_967_296) * below);
  };
}
