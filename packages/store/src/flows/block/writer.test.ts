import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { WebAssembly } from "@ishizue/wasm";
import { openStore } from "../../open/open.ts";
import type { Store } from "../../open/store.ts";
import { flowsTable } from "../../schema/tables.ts";
import { spoolChecksum } from "../../spool/checksum.ts";
import { type ColumnRoom, encodeFlows, FlowRows } from "../rows.ts";
import { KernelMemory } from "./kernel/kernel.ts";
import { FlowBlockMemory } from "./memory.ts";
import { type EncodedBlock, FlowBlockWriter } from "./writer.ts";

const dataDir = mkdtempSync(join(tmpdir(), "ishizue-flow-block-"));
let store: Store;
before(async () => {
  store = await openStore({ dataDir });
  const columns = Object.entries(flowsTable.types).map(([name, type]) => `${name} ${type}`);
  for (const table of ["narrow", "plain"])
    await store.command(`CREATE TABLE ${table} (${columns.join(", ")}) ENGINE = MergeTree ORDER BY tuple()`);
});
after(async () => {
  await store?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const encoder = new TextEncoder();
const names = (index: number) =>
  encoder.encode(index % 3 === 0 ? `line-${index}-with-a-longer-name` : `l${index}`);
const lines = {
  nameLength: (line: number) => names(line).length,
  writeName: (line: number, into: DataView, offset: number) => {
    names(line).forEach((octet, index) => into.setUint8(offset + index, octet));
    return offset + names(line).length;
  },
  access: (line: number) => line % 5,
  class: (line: number) => line % 3,
};
const mapped = 0xffff0000;
const domains = ["", "red", "テナント", "a name that is not used"];

/** What the numbers of a batch are like: small ones, or such as need every bit. */
type Kind = { wide: boolean; ipv6: boolean; nextHop: 0 | 4 | 6; rows: number; seed: number };

function fill({ wide, ipv6, nextHop, rows: count, seed }: Kind, room?: ColumnRoom): FlowRows {
  const rows = new FlowRows(count, room);
  rows.rowCount = count;
  let state = seed * 2 + 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const address = (words: Uint32Array, row: number, isIpv6: boolean) =>
    words.set(
      isIpv6 ? [0xb80d0120, random(2 ** 32), 0, random(2 ** 32)] : [0, 0, mapped, random(2 ** 32)],
      4 * row,
    );
  for (let row = 0; row < count; row++) {
    const run = Math.floor(row / 5);
    rows.received[row] = Date.UTC(2026, 4, 1) + seed;
    rows.flowEnd[row] = Date.UTC(2026, 4, 1) + random(2 ** 33) - 2 ** 32;
    rows.flowStart[row] = rows.flowEnd[row] - random(60_000);
    rows.exporter.set([0, 0, mapped, (run % 300) * 65_536 + 192], 4 * row);
    rows.observationDomain[row] = wide ? (run * 0x01010101) >>> 0 : 0;
    rows.role[row] = 1 + (run % 5);
    rows.counted[row] = run % 2;
    rows.samplingInterval[row] = [0, 1024, 8192][run % 3];
    rows.samplingOrigin[row] = run % 5;
    rows.timeOrigin[row] = run % 2;
    address(rows.srcAddress, row, ipv6 && row % 4 === 3);
    address(rows.dstAddress, row, ipv6);
    if (nextHop !== 0) address(rows.nextHop, row, nextHop === 6);
    rows.srcPort[row] = random(65_536);
    rows.dstPort[row] = random(65_536);
    rows.protocol[row] = random(256);
    rows.tcpFlags[row] = random(wide ? 65_536 : 256);
    rows.tos[row] = random(256);
    rows.octets[row] = random(wide ? 2 ** 50 : 2 ** 32);
    rows.packets[row] = random(wide ? 2 ** 40 : 1000);
    rows.ingressInterface[row] = random(wide ? 2 ** 32 : 1000);
    rows.egressInterface[row] = random(65_536);
    rows.srcAs[row] = random(wide ? 2 ** 32 : 65_536);
    rows.dstAs[row] = random(65_536);
    rows.srcPrefixLength[row] = random(33);
    rows.dstPrefixLength[row] = random(129);
    rows.direction[row] = random(3);
    rows.vlan[row] = random(wide ? 4096 : 200);
    rows.lineIn[row] = Math.max(-3, random(wide ? 100_000 : 300) - 50);
    rows.lineOut[row] = Math.max(-2, random(200) - 100);
    const [source, destination] = [rows.lineIn[row], rows.lineOut[row]];
    rows.accessIn[row] = source < 0 ? 0 : lines.access(source);
    rows.classIn[row] = source < 0 ? 0 : lines.class(source);
    rows.accessOut[row] = destination < 0 ? 0 : lines.access(destination);
    rows.classOut[row] = destination < 0 ? 0 : lines.class(destination);
    rows.attribution[row] = random(4);
    rows.srcRoutingDomain[row] = run % 4;
    rows.dstRoutingDomain[row] = run % 3;
  }
  return rows;
}

const whole = (block: EncodedBlock): Uint8Array => new Uint8Array(block.bytes);
let token = 0;

async function sums(table: string): Promise<unknown[]> {
  const columns = Object.keys(flowsTable.types);
  return store.query(
    `SELECT count() AS n, toString(sum(cityHash64(${columns.join(", ")}))) AS hash, ${columns
      .map((name) => `toString(sum(cityHash64(t.${name}))) AS sum_${name}`)
      .join(", ")} FROM ${table} AS t`,
  );
}

/** Columns one behind the other in a kernel's memory. */
function roomIn(kernelMemory: KernelMemory): ColumnRoom {
  const { buffer } = kernelMemory.octets;
  let end = kernelMemory.roomAt;
  const take = (octets: number): number => {
    const at = end;
    end += Math.ceil(octets / 16) * 16;
    return at;
  };
  return {
    octets: (count) => new Uint8Array(buffer, take(count), count),
    halves: (count) => new Uint16Array(buffer, take(2 * count), count),
    words: (count) => new Uint32Array(buffer, take(4 * count), count),
    floats: (count) => new Float64Array(buffer, take(8 * count), count),
  };
}

const kind = fc.record({
  wide: fc.boolean(),
  ipv6: fc.boolean(),
  nextHop: fc.constantFrom(0 as const, 4 as const, 6 as const),
  rows: fc.integer({ min: 1, max: 700 }),
  seed: fc.nat(1000),
});

test("the engine reads a narrow block as it reads the plain one, whatever the batches in it", async () => {
  const own = new KernelMemory(2_000_000);
  const writers = {
    with: new FlowBlockWriter(lines, domains),
    without: new FlowBlockWriter(lines),
    inPlace: new FlowBlockWriter(lines, domains, own),
  };
  const memory = new FlowBlockMemory(3000);
  const batches = fc.array(kind, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom("with", "without", "inPlace"), async (kinds, which) => {
      const writer = writers[which];
      const named = which === "without" ? undefined : domains;
      await store.command("TRUNCATE TABLE narrow");
      await store.command("TRUNCATE TABLE plain");
      writer.begin(memory);
      const room = which === "inPlace" ? roomIn(own) : undefined;
      for (const rows of kinds.map((kind) => fill(kind, room))) {
        assert.equal(writer.append(rows), rows.rowCount);
        await store.insertBlock("plain", encodeFlows(rows, names, undefined, named), `${token++}`);
      }
      const block = writer.finish();
      const bytes = whole(block);
      assert.equal(block.bytes.byteOffset % 4096, 0);
      assert.equal(block.checksum, spoolChecksum(bytes));
      await store.insertBlock("narrow", bytes, `${token++}`);
      assert.deepEqual(await sums("narrow"), await sums("plain"));
    }),
    { numRuns: 25 },
  );
});

test("more values than two octets of code tell apart end the block before", async () => {
  const rows = fill({ wide: true, ipv6: false, nextHop: 0, rows: 70_000, seed: 3 });
  for (let row = 0; row < rows.rowCount; row++) rows.exporter[4 * row + 3] = row;
  const writer = new FlowBlockWriter(lines);
  const memory = new FlowBlockMemory(100_000);
  await store.command("TRUNCATE TABLE narrow");
  await store.command("TRUNCATE TABLE plain");
  await store.insertBlock("plain", encodeFlows(rows, names), `${token++}`);
  let blocks = 0;
  for (let from = 0; from < rows.rowCount; blocks++) {
    writer.begin(memory);
    const taken = writer.append(rows, from);
    assert.ok(taken > 0);
    from += taken;
    await store.insertBlock("narrow", whole(writer.finish()), `${token++}`);
  }
  assert.equal(blocks, 2);
  assert.deepEqual(await sums("narrow"), await sums("plain"));
});

test("a full block takes no more, and its memory is used again", () => {
  const rows = fill({ wide: false, ipv6: false, nextHop: 4, rows: 100, seed: 1 });
  const writer = new FlowBlockWriter(lines);
  const memory = new FlowBlockMemory(64);
  writer.begin(memory);
  assert.equal(writer.append(rows), 64);
  assert.equal(writer.append(rows, 64), 0);
  assert.equal(writer.finish().rows, 64);
  writer.begin(memory);
  assert.equal(writer.append(rows, 64), 36);
  assert.equal(writer.rowCount, 36);
  // Narrow: under 80 octets a row and its share of the names.
  assert.ok(writer.finish().bytes.length < 36 * 80 + 4096);
});

test("a block in other memory than the one before has its own names, and leaves that one's alone", async () => {
  await store.command("TRUNCATE TABLE narrow");
  await store.command("TRUNCATE TABLE plain");
  const writer = new FlowBlockWriter(lines);
  const blocks: EncodedBlock[] = [];
  for (const [seed, rows] of [700, 20, 700].entries()) {
    const batch = fill({ wide: true, ipv6: true, nextHop: 6, rows, seed });
    writer.begin(new FlowBlockMemory(1000));
    assert.equal(writer.append(batch), rows);
    blocks.push(writer.finish());
    await store.insertBlock("plain", encodeFlows(batch, names), `${token++}`);
  }
  for (const block of blocks) await store.insertBlock("narrow", whole(block), `${token++}`);
  assert.deepEqual(await sums("narrow"), await sums("plain"));
});

test("names are the same from shared memory and from a caller", () => {
  const count = 2000;
  const nameOf = (line: number) => encoder.encode(`line ${line} ${"x".repeat((line * 7) % 300)}`);
  const memoryOf = (octets: Uint8Array) => {
    const memory = new WebAssembly.Memory({ initial: 20, maximum: 20, shared: true });
    new Uint8Array(memory.buffer).set(octets);
    return memory;
  };
  const all = Array.from({ length: count }, (_, line) => nameOf(line));
  let end = 0;
  const nameEnds = Uint32Array.from(all, ({ length }) => (end += length));
  const byCaller = {
    nameLength: (line: number) => nameOf(line).length,
    writeName: (line: number, into: DataView, offset: number) => {
      nameOf(line).forEach((octet, index) => into.setUint8(offset + index, octet));
      return offset + nameOf(line).length;
    },
    access: (line: number) => line % 5,
    class: (line: number) => line % 3,
  };
  const memories = {
    count,
    nameEnds: memoryOf(new Uint8Array(nameEnds.buffer)),
    names: memoryOf(Buffer.concat(all)),
    access: memoryOf(Uint8Array.from(all, (_, line) => line % 5)),
    class: memoryOf(Uint8Array.from(all, (_, line) => line % 3)),
  };
  const rows = fill({ wide: false, ipv6: false, nextHop: 0, rows: 5000, seed: 7 });
  for (let row = 0; row < rows.rowCount; row++) {
    // No line, the first, the last, all between; every row of a first block a line of its own.
    rows.lineIn[row] = row < count ? row : -1 - (row % 3);
    rows.lineOut[row] = row % 5 === 0 ? -1 : (row * 31) % count;
  }
  const blockOf = (lines: ConstructorParameters<typeof FlowBlockWriter>[0], capacity: number) => {
    const writer = new FlowBlockWriter(lines);
    writer.begin(new FlowBlockMemory(capacity));
    const taken = writer.append(rows);
    return { taken, ...writer.finish() };
  };
  for (const capacity of [8, 1000, 2000, 5000]) {
    const expected = blockOf(byCaller, capacity);
    const block = blockOf({ ...byCaller, memories }, capacity);
    assert.equal(block.taken, Math.min(5000, capacity));
    assert.deepEqual(whole(block), whole(expected));
    assert.equal(block.checksum, spoolChecksum(whole(expected)));
  }
});
