import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { encodeAccountingRequest } from "@ishizue/wire";
import type { Provider } from "../provider.ts";

export interface PcapOptions {
  /** IPv4 addresses of the exporters in the capture, in their order; 192.0.2.11, 192.0.2.12 … unless given. */
  readonly exporterAddresses?: readonly string[];
  /** IPv4 address of collector and accounting server; 192.0.2.1 unless given. */
  readonly collectorAddress?: string;
  /** 2055, 4739 and 1813 unless given. */
  readonly netflowPort?: number;
  readonly ipfixPort?: number;
  readonly accountingPort?: number;
  /** Accounting-Requests are written too unless false; shared secret "secret" unless given. */
  readonly accounting?: boolean;
  readonly secret?: string;
}

export interface PcapResult {
  readonly frames: number;
  readonly records: number;
}

/** LINKTYPE_RAW: frames begin with the IP header. */
const linkTypeRaw = 101;
const fileHeaderBytes = 24;
const frameHeaderBytes = 16 + 20 + 8;
const firstSourcePort = 50_000;
const chunkBytes = 1 << 20;

/**
 * Writes a run into a capture file: raw IPv4, microseconds of simulated time, UDP checksums left out (zero).
 * Accounting-Requests appear once each, without their responses.
 *
 * Source: draft-ietf-opsawg-pcap (libpcap file format, magic a1b2c3d4), RFC 791, RFC 768.
 */
export async function writePcap(
  provider: Provider,
  path: string,
  options: PcapOptions = {},
): Promise<PcapResult> {
  const sources = provider.exporters.map((_, index) =>
    ipv4Octets(options.exporterAddresses?.[index] ?? `192.0.2.${11 + index}`),
  );
  const collector = ipv4Octets(options.collectorAddress ?? "192.0.2.1");
  const flowPorts = provider.exporters.map(({ protocol }) =>
    protocol === "ipfix" ? (options.ipfixPort ?? 4739) : (options.netflowPort ?? 2055),
  );
  const accountingPort = options.accountingPort ?? 1813;
  const secret = options.secret ?? "secret";
  const file = createWriteStream(path);
  let chunk = new Uint8Array(chunkBytes);
  let used = writeFileHeader(chunk);
  let frames = 0;
  let records = 0;
  const identifiers = provider.exporters.map(() => 0);
  for (const event of provider.run()) {
    if (event.kind === "radius" && options.accounting === false) continue;
    const { exporter, timeMs } = event;
    let payload: Uint8Array;
    let port: number;
    if (event.kind === "radius") {
      const identifier = identifiers[exporter]++ & 255;
      payload = encodeAccountingRequest({ ...event.fields, identifier, secret });
      port = accountingPort;
    } else {
      payload = event.bytes;
      port = flowPorts[exporter];
      records += event.records;
    }
    if (used + frameHeaderBytes + payload.length > chunk.length) {
      if (!file.write(chunk.subarray(0, used))) await once(file, "drain");
      chunk = new Uint8Array(chunkBytes);
      used = 0;
    }
    const sourcePort = firstSourcePort + 2 * exporter + (event.kind === "radius" ? 1 : 0);
    used = writeFrame(chunk, used, timeMs, frames, sources[exporter], sourcePort, collector, port, payload);
    frames++;
  }
  file.end(chunk.subarray(0, used));
  await once(file, "close");
  return { frames, records };
}

function ipv4Octets(text: string): Uint8Array {
  const octets = text.split(".").map(Number);
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255))) {
    throw new RangeError(`not an IPv4 address: ${text}`);
  }
  return Uint8Array.from(octets);
}

function writeFileHeader(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4);
  view.setUint16(4, 2);
  view.setUint16(6, 4);
  view.setUint32(16, 65_535);
  view.setUint32(20, linkTypeRaw);
  return fileHeaderBytes;
}

function writeFrame(
  bytes: Uint8Array,
  offset: number,
  timeMs: number,
  identification: number,
  source: Uint8Array,
  sourcePort: number,
  destination: Uint8Array,
  destinationPort: number,
  payload: Uint8Array,
): number {
  const view = new DataView(bytes.buffer);
  const ipBytes = 28 + payload.length;
  const seconds = Math.floor(timeMs / 1000);
  view.setUint32(offset, seconds);
  view.setUint32(offset + 4, Math.floor((timeMs - seconds * 1000) * 1000 + 0.5));
  view.setUint32(offset + 8, ipBytes);
  view.setUint32(offset + 12, ipBytes);
  const ip = offset + 16;
  view.setUint16(ip, 0x4500);
  view.setUint16(ip + 2, ipBytes);
  view.setUint16(ip + 4, identification & 0xffff);
  view.setUint16(ip + 6, 0x4000); // may not be fragmented
  view.setUint8(ip + 8, 64);
  view.setUint8(ip + 9, 17);
  view.setUint16(ip + 10, 0);
  bytes.set(source, ip + 12);
  bytes.set(destination, ip + 16);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += view.getUint16(ip + i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(ip + 10, ~sum & 0xffff);
  view.setUint16(ip + 20, sourcePort);
  view.setUint16(ip + 22, destinationPort);
  view.setUint16(ip + 24, 8 + payload.length);
  view.setUint16(ip + 26, 0);
  bytes.set(payload, ip + 28);
  return ip + ipBytes;
}
