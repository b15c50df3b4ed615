import { writeFile } from "node:fs/promises";

/** Packets of known flows, as a capture that exporters meter. */
export type MeteredPackets = {
  flows: number;
  packets: number;
  /** IP octets, headers included, as flow records count them. */
  octets: number;
  startMs: number;
  endMs: number;
};

const flowCount = 10;
const packetsPerFlow = 20;

/**
 * Writes a pcap of 10 UDP flows of 20 packets each, a second apart, in the
 * last half minute: 192.0.2.(n + 1) port 26000 + n to 198.51.100.1 port 53.
 */
export async function writePackets(file: string): Promise<MeteredPackets> {
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 30_000;
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2_c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  const frames = [header];
  let octets = 0;
  for (let second = 0; second < packetsPerFlow; second++) {
    for (let flow = 0; flow < flowCount; flow++) {
      const packet = udpPacket(flow, 100 + flow);
      octets += packet.length;
      frames.push(frame(packet, startMs + 1000 * second));
    }
  }
  await writeFile(file, Buffer.concat(frames));
  return {
    flows: flowCount,
    packets: flowCount * packetsPerFlow,
    octets,
    startMs,
    endMs: startMs + 1000 * (packetsPerFlow - 1),
  };
}

function udpPacket(flow: number, payload: number): Buffer {
  const packet = Buffer.alloc(28 + payload);
  packet.writeUInt16BE(0x4500, 0);
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = 64;
  packet[9] = 17;
  packet.set([192, 0, 2, flow + 1], 12);
  packet.set([198, 51, 100, 1], 16);
  packet.writeUInt16BE(26_000 + flow, 20);
  packet.writeUInt16BE(53, 22);
  packet.writeUInt16BE(packet.length - 20, 24);
  return packet;
}

function frame(packet: Uint8Array, timeMs: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(16 + 14 + packet.length);
  bytes.writeUInt32LE(Math.floor(timeMs / 1000), 0);
  bytes.writeUInt32LE((timeMs % 1000) * 1000, 4);
  bytes.writeUInt32LE(14 + packet.length, 8);
  bytes.writeUInt32LE(14 + packet.length, 12);
  bytes.set(Buffer.from("00005e00530100005e0053020800", "hex"), 16);
  bytes.set(packet, 30);
  return bytes;
}
