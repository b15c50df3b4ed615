import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { formatAddress, Decoder, Exporter, FlowBatch } from "@ishizue/wire";
import fc from "fast-check";
import { CaptureReader, readCapture } from "./capture.ts";
import { CaptureCounters } from "./counters.ts";
import { CaptureError } from "./error.ts";
import { TimestampUnit } from "./timestamp.ts";

const folder = mkdtempSync(join(tmpdir(), "ishizue-capture-"));
after(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function file(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, bytes);
  return path;
}

function hex(...parts: string[]): Uint8Array {
  return Uint8Array.fromHex(parts.join("").replaceAll(/\s/g, ""));
}

/** The parts one after the other. */
function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((octets, part) => octets + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

type Datagram = { arrivalMs: number; from: string; to: string; payload: string };
type Counted = Partial<CaptureCounters>;

/** Everything in a capture; counters that are 0, and the octets read, are left out. */
async function read(bytes: Uint8Array): Promise<{ datagrams: Datagram[]; counted: Counted }> {
  const reader = new CaptureReader(file(bytes));
  const datagrams: Datagram[] = [];
  for await (const datagram of reader.datagrams()) {
    assert.equal(datagram.bytes.buffer, datagram.view.buffer);
    datagrams.push({
      arrivalMs: datagram.arrivalMs,
      from: `${datagram.source} ${datagram.sourcePort}`,
      to: `${datagram.destination} ${datagram.destinationPort}`,
      payload: datagram.bytes.subarray(datagram.offset, datagram.offset + datagram.length).toHex(),
    });
  }
  const { bytesRead, ...rest } = reader.counters;
  assert.ok(bytesRead <= bytes.length);
  return { datagrams, counted: Object.fromEntries(Object.entries(rest).filter(([, value]) => value > 0)) };
}

/** Numbers as 32-bit words in one byte order. */
function words(littleEndian: boolean, ...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [index, value] of values.entries()) view.setUint32(4 * index, value, littleEndian);
  return new Uint8Array(view.buffer);
}

/** A classic capture file of one link type. */
function pcap(
  frames: Uint8Array[],
  linkType = 1,
  littleEndian = true,
  magic = 0xa1b2c3d4,
  fraction = 250_000,
): Uint8Array {
  return joined(
    words(littleEndian, magic),
    littleEndian ? hex("0200 0400") : hex("0002 0004"),
    words(littleEndian, 0, 0, 65535, linkType),
    ...frames.map((frame) =>
      joined(words(littleEndian, 1_700_000_000, fraction, frame.length, frame.length), frame),
    ),
  );
}

/** A pcapng block, padded to four octets. */
function block(littleEndian: boolean, type: number, body: Uint8Array): Uint8Array {
  const padded = new Uint8Array((body.length + 3) & ~3);
  padded.set(body);
  const length = padded.length + 12;
  return joined(words(littleEndian, type, length), padded, words(littleEndian, length));
}

function section(littleEndian: boolean): Uint8Array {
  const version = littleEndian ? hex("0100 0000") : hex("0001 0000");
  return block(
    littleEndian,
    0x0a0d0d0a,
    joined(words(littleEndian, 0x1a2b3c4d), version, hex("ffffffffffffffff")),
  );
}

/** An interface description; `options` as hex in the section's byte order. */
function description(littleEndian: boolean, linkType: number, options = "", snapLength = 0): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8));
  fixed.setUint16(0, linkType, littleEndian);
  fixed.setUint32(4, snapLength, littleEndian);
  return block(littleEndian, 1, joined(new Uint8Array(fixed.buffer), hex(options)));
}

function enhanced(
  littleEndian: boolean,
  id: number,
  time: bigint,
  frame: Uint8Array,
  options = "",
): Uint8Array {
  const padded = new Uint8Array((frame.length + 3) & ~3);
  padded.set(frame);
  const head = words(
    littleEndian,
    id,
    Number(time >> 32n),
    Number(time & 0xffffffffn),
    frame.length,
    frame.length,
  );
  return block(littleEndian, 6, joined(head, padded, hex(options)));
}

const macs = "020000000002 020000000001";
/** 192.0.2.1:4660 > 198.51.100.2:2055 with the payload aabbccdd. */
const ipv4 = "45000020 00010000 40110000 c0000201 c6336402 12340807 000c0000 aabbccdd";
const ipv6 =
  "60000000 000c1140 20010db8000000000000000000000001 20010db8000000000000000000000002 12340807 000c0000 aabbccdd";
const ethernet = hex(macs, "0800", ipv4);
const datagram: Datagram = {
  arrivalMs: 1_700_000_000_250,
  from: "192.0.2.1 4660",
  to: "198.51.100.2 2055",
  payload: "aabbccdd",
};

test("both byte orders and both units of time are read", async () => {
  for (const littleEndian of [true, false]) {
    const micro = await read(pcap([ethernet, ethernet], 1, littleEndian));
    assert.deepEqual(micro.datagrams, [datagram, datagram]);
    assert.deepEqual(micro.counted, { frames: 2, udpDatagrams: 2 });
    const nano = await read(pcap([ethernet], 1, littleEndian, 0xa1b23c4d, 250_500_000));
    assert.equal(nano.datagrams[0].arrivalMs, 1_700_000_000_250.5);
  }
});

test("every link layer gives the same datagram", async () => {
  for (const [linkType, frame] of [
    [1, hex(macs, "88a8 0064 8100 00c8 0800", ipv4)],
    [1, hex(macs, "8847 000100 40 000201 40", ipv4)],
    [113, hex("0000 0001 0006 0200000000010000 0800", ipv4)],
    [276, hex("0800 0000 00000003 0001 00 06 0200000000010000", ipv4)],
    [101, hex(ipv4)],
    [228, hex(ipv4)],
    [0, hex("02000000", ipv4)],
    [108, hex("00000002", ipv4)],
  ] as const) {
    assert.deepEqual((await read(pcap([frame], linkType))).datagrams, [datagram], `${linkType}`);
  }
  const six = { ...datagram, from: "2001:db8::1 4660", to: "2001:db8::2 2055" };
  assert.deepEqual((await read(pcap([hex(ipv6)], 101))).datagrams, [six]);
  assert.deepEqual((await read(pcap([hex(ipv6)], 229))).datagrams, [six]);
});

test("frames without a whole datagram are counted by reason", async () => {
  const fragment = hex(macs, "0800", ipv4.replace("00010000", "00012000"));
  const laterFragment = hex(macs, "0800", ipv4.replace("00010000", "00010010"));
  const tcp = hex(macs, "0800", "45000028 00010000 40060000 c0000201 c6336402 12340807", "00".repeat(16));
  const arp = hex(macs, "0806", "00".repeat(28));
  const cut = pcap([ethernet.subarray(0, 44)]);
  new DataView(cut.buffer).setUint32(24 + 12, ethernet.length, true);
  const lying = hex(macs, "0800", ipv4.replace("000c0000", "00ff0000"));
  const { datagrams, counted } = await read(
    joined(pcap([fragment, laterFragment, tcp, arp, lying, ethernet]), cut.subarray(24)),
  );
  assert.deepEqual(datagrams, [datagram]);
  assert.deepEqual(counted, {
    frames: 7,
    udpDatagrams: 1,
    fragments: 2,
    nonUdp: 2,
    malformedFrames: 1,
    truncatedFrames: 1,
  });
  assert.deepEqual((await read(pcap([ethernet], 147))).counted, { frames: 1, unknownLinkType: 1 });
});

test("a file cut anywhere gives everything before the cut", async () => {
  const whole = pcap([ethernet, ethernet, ethernet]);
  const record = 16 + ethernet.length;
  for (let length = 24; length <= whole.length; length += 5) {
    const { datagrams, counted } = await read(whole.subarray(0, length));
    assert.equal(datagrams.length, Math.floor((length - 24) / record));
    assert.equal(counted.truncatedFile ?? 0, (length - 24) % record === 0 ? 0 : 1);
  }
});

test("an absurd length is skipped, or ends the file, in bounded memory", async () => {
  const long = new Uint8Array(600_000);
  const { datagrams, counted } = await read(pcap([ethernet, long, ethernet]));
  assert.equal(datagrams.length, 2);
  assert.deepEqual(counted, { frames: 3, udpDatagrams: 2, oversizedFrames: 1 });
  const lying = pcap([ethernet, ethernet]);
  new DataView(lying.buffer).setUint32(24 + 8, 0xffffffff, true);
  assert.deepEqual((await read(lying)).counted, { frames: 1, oversizedFrames: 1, truncatedFile: 1 });
});

test("pcapng: sections of both byte orders, interfaces with their own link type and clock", async () => {
  // if_tsresol 9 (nanoseconds) and if_tsoffset 1,000,000,000 s; opt_endofopt.
  const nanoBig = "0009 0001 09000000 000e 0008 000000003b9aca00 0000 0000";
  const milliLittle = "0900 0100 03000000 0000 0000";
  const { datagrams, counted } = await read(
    joined(
      section(false),
      description(false, 1, nanoBig),
      description(false, 101),
      block(false, 5, hex("00000000 00000000 00000000")),
      enhanced(false, 0, 700_000_000_250_500_000n, ethernet, "0001 0002 61620000 0000 0000"),
      enhanced(false, 1, 1_700_000_000_250_000n, hex(ipv4)),
      section(true),
      description(true, 113, milliLittle),
      enhanced(true, 0, 1_700_000_000_250n, hex("0000 0001 0006 0200000000010000 0800", ipv4)),
    ),
  );
  assert.deepEqual(datagrams, [{ ...datagram, arrivalMs: 1_700_000_000_250.5 }, datagram, datagram]);
  assert.deepEqual(counted, { frames: 3, udpDatagrams: 3 });
});

test("pcapng: simple packets have the time of the frame before, obsolete packets their own", async () => {
  const simple = block(true, 3, joined(words(true, ethernet.length), ethernet));
  const obsolete = block(
    true,
    2,
    joined(hex("0000 0500"), words(true, 395812, 0x0c1ddd90, ethernet.length, ethernet.length), ethernet),
  );
  const { datagrams, counted } = await read(
    joined(
      section(true),
      description(true, 1),
      enhanced(true, 0, 1_700_000_000_250_000n, ethernet),
      simple,
      obsolete,
    ),
  );
  assert.deepEqual(datagrams.slice(0, 2), [datagram, datagram]);
  assert.equal(datagrams[2].arrivalMs, (395812 * 4_294_967_296 + 0x0c1ddd90) / 1000);
  assert.deepEqual(counted, { frames: 3, udpDatagrams: 3, framesWithoutTime: 1 });
});

test("pcapng: a block that cannot be is counted, and others go on where its length allows", async () => {
  const good = enhanced(true, 0, 1_700_000_000_250_000n, ethernet);
  const unknownInterface = enhanced(true, 7, 0n, ethernet);
  const lyingCapture = enhanced(true, 0, 0n, ethernet);
  new DataView(lyingCapture.buffer).setUint32(20, 0xffff, true);
  const start = joined(section(true), description(true, 1));
  const after = await read(joined(start, unknownInterface, lyingCapture, good));
  assert.deepEqual(after.datagrams, [datagram]);
  assert.deepEqual(after.counted, { frames: 3, udpDatagrams: 1, malformedBlocks: 2 });
  const lost = await read(joined(start, good, words(true, 6, 7), good));
  assert.deepEqual(lost.counted, { frames: 1, udpDatagrams: 1, malformedBlocks: 1 });
  const whole = joined(start, good, good);
  const cut = await read(whole.subarray(0, whole.length - 5));
  assert.deepEqual(cut.counted, { frames: 2, udpDatagrams: 2, truncatedFile: 1 });
});

test("timestamps of any resolution are exact", () => {
  const at = (resolution: number, value: bigint, offset = 0): number =>
    new TimestampUnit(resolution, offset).toMs(Number(value >> 32n), Number(value & 0xffffffffn));
  assert.equal(at(0, 1_700_000_000n), 1_700_000_000_000);
  assert.equal(at(3, 1_700_000_000_123n), 1_700_000_000_123);
  assert.equal(at(6, 1_700_000_000_123_456n), 1_700_000_000_123.456);
  assert.equal(at(9, 1_700_000_000_123_456_789n), 1_700_000_000_000 + 123.456789);
  assert.equal(at(12, 17_000_000_123_456_789_012n), 17_000_000_123.456789);
  assert.equal(at(0x8a, 1024n * 1_700_000_000n + 512n), 1_700_000_000_500);
  assert.equal(at(6, 5_000_000n, 1_700_000_000), 1_700_000_005_000);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }), fc.nat(255), (value, resolution) => {
      assert.ok(at(resolution, value) >= 0);
    }),
  );
});

test("what is no capture is told with a code, what was seen and what to do", async () => {
  const open = (path: string) => readCapture(path).next();
  for (const [bytes, code, value] of [
    [hex("1f8b0800 00000000"), "CAPTURE_COMPRESSED", "1f8b080000000000"],
    [hex("28b52ffd 00"), "CAPTURE_COMPRESSED", "28b52ffd00"],
    [hex(""), "CAPTURE_EMPTY", ""],
    [hex("0005"), "CAPTURE_UNKNOWN_FORMAT", "0005"],
    [hex("0005001e 00000000 00000000"), "CAPTURE_UNKNOWN_FORMAT", "0005001e00000000"],
    [hex("a1b2cd34 00000000"), "CAPTURE_UNSUPPORTED", "a1b2cd3400000000"],
    [hex("d4c3b2a1 02000400"), "CAPTURE_CUT_HEADER", "8"],
    [hex("0a0d0d0a 1c000000"), "CAPTURE_CUT_HEADER", "8"],
  ] as const) {
    await assert.rejects(open(file(bytes)), (error) => {
      assert.ok(error instanceof CaptureError);
      assert.deepEqual([error.code, error.value], [code, value]);
      assert.ok(error.advice.length > 0);
      return true;
    });
  }
  await assert.rejects(open(join(folder, "absent.pcap")), { code: "CAPTURE_UNREADABLE", value: "ENOENT" });
  await assert.rejects(open(folder), { code: "CAPTURE_UNREADABLE", value: "EISDIR" });
});

test("arbitrary bytes behind a good header never throw", async () => {
  const starts = [
    pcap([ethernet]),
    joined(section(true), description(true, 1), enhanced(true, 0, 5n, ethernet)),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(150),
      async (start, tail, cut) => {
        const { datagrams, counted } = await read(
          joined(start.subarray(0, start.length - Math.min(cut, start.length - 80)), tail),
        );
        assert.equal(datagrams.length, counted.udpDatagrams ?? 0);
        assert.ok((counted.frames ?? 0) >= datagrams.length);
      },
    ),
    { numRuns: 150 },
  );
});

const captures = new URL("../../../../../shared/captures/", import.meta.url);
const index = new URL("INDEX.tsv", captures);

test(
  "every capture holds the export packets that the index counts",
  { skip: existsSync(index) ? false : "no captures" },
  async () => {
    const rows = readFileSync(index, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\t"))
      .filter((row) => row[5] === "pcap");
    assert.ok(rows.length > 0);
    for (const [name, fileName, , , , , , , packets] of rows) {
      const numbered = readdirSync(new URL(`${name}/`, captures)).find((entry) =>
        entry.endsWith(`-${fileName}`),
      );
      const reader = new CaptureReader(new URL(`${name}/${numbered}`, captures).pathname);
      let datagrams = 0;
      for await (const { length } of reader.datagrams()) if (length > 0) datagrams++;
      assert.equal(String(datagrams), packets, `${name} ${fileName}`);
      assert.equal(reader.counters.truncatedFile, name === "overflowd-v5-isp" ? 1 : 0);
    }
  },
);

const bulk = new URL("overflowd-sflow/01-sflow.pcap", captures);
test(
  "overflowd-sflow: every flow and counter sample of 1000 datagrams is decoded",
  { skip: existsSync(bulk) ? false : "no capture overflowd-sflow" },
  async () => {
    const decoder = new Decoder();
    const exporter = new Exporter("192.0.2.1", 0);
    const batch = new FlowBatch(8192);
    let flowSamples = 0;
    let counterSamples = 0;
    let faults = 0;
    for await (const { bytes, view, offset, length, arrivalMs } of readCapture(bulk.pathname)) {
      const outcome = decoder.decode(bytes, view, offset, length, exporter, arrivalMs, batch);
      flowSamples += outcome.flowSamples;
      counterSamples += outcome.counterSamples;
      faults += outcome.malformedSets + outcome.malformedRecords + outcome.nonIpSamples;
    }
    assert.deepEqual([flowSamples, counterSamples, batch.rowCount, faults], [5855, 502, 5855, 0]);
    assert.ok(batch.samplingInterval.subarray(0, 5855).every((interval) => interval === 300));
    assert.ok(batch.octetDeltaCount.subarray(0, 5855).every((octets) => octets >= 20 && octets <= 1500));
  },
);

const one = new URL("nxthdr-sflow/01-sflow.pcap", captures);
test(
  "nxthdr-sflow: a sampled IPv4 record is a row",
  { skip: existsSync(one) ? false : "no capture nxthdr-sflow" },
  async () => {
    const batch = new FlowBatch(4);
    for await (const { bytes, view, offset, length, arrivalMs } of readCapture(one.pathname)) {
      new Decoder().decode(bytes, view, offset, length, new Exporter("192.0.2.1", 0), arrivalMs, batch);
    }
    assert.equal(batch.rowCount, 1);
    assert.deepEqual(
      [formatAddress(batch.sourceAddress, 0), formatAddress(batch.destinationAddress, 0)],
      ["3.3.3.3", "4.4.4.4"],
    );
    assert.deepEqual(
      [
        batch.octetDeltaCount[0],
        batch.protocolIdentifier[0],
        batch.sourceTransportPort[0],
        batch.destinationTransportPort[0],
      ],
      [40, 6, 53032, 25562],
    );
    assert.equal(batch.samplingInterval[0], 1000);
  },
);

test("a file of bare messages, one after the other, is read where it is asked for, and refused elsewhere", async () => {
  // IPFIX with a set of 4 octets, NetFlow v5 without records, IPFIX again, cut short.
  const ipfix = hex("000a 0014", "00".repeat(12), "0102 0004");
  const path = file(joined(ipfix, hex("0005 0000", "00".repeat(20)), ipfix.subarray(0, 18)));
  const reader = new CaptureReader(path, { bareMessages: true });
  const lengths: number[] = [];
  for await (const { source, bytes, offset, length } of reader.datagrams()) {
    assert.equal(source, "0.0.0.0");
    assert.equal(bytes[offset], 0);
    lengths.push(length);
  }
  assert.deepEqual(lengths, [20, 24, 18]);
  assert.deepEqual([reader.counters.udpDatagrams, reader.counters.bytesRead], [3, 62]);
  await assert.rejects(read(joined(ipfix, ipfix)), { code: "CAPTURE_UNKNOWN_FORMAT" });
});
