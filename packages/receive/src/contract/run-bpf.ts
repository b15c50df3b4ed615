import assert from "node:assert/strict";
import { type BpfProgram, SKF_AD_HATYPE, SKF_AD_IFINDEX, SKF_AD_PKTTYPE, SKF_NET_OFF } from "../ffi/bpf.ts";

export type BpfPacket = {
  octets: Uint8Array;
  /** Offset of the network header. */
  network?: number;
  packetType?: number;
  hardwareType?: number;
  interfaceIndex?: number;
};

/** Runs a program over a packet as the kernel would; a load past the end gives 0 as there. */
export function runBpf(program: BpfProgram, packet: BpfPacket): number {
  const view = new DataView(packet.octets.buffer, packet.octets.byteOffset, packet.octets.length);
  const read = (code: number, k: number): number | null => {
    if (k === SKF_AD_PKTTYPE) return packet.packetType ?? 0;
    if (k === SKF_AD_HATYPE) return packet.hardwareType ?? 1;
    if (k === SKF_AD_IFINDEX) return packet.interfaceIndex ?? 2;
    const at = k >= SKF_NET_OFF ? k - SKF_NET_OFF + (packet.network ?? 0) : k;
    const octets = { 0x00: 4, 0x08: 2, 0x10: 1 }[code & 0x18] ?? assert.fail();
    if (at + octets > view.byteLength) return null;
    return octets === 4 ? view.getUint32(at) : octets === 2 ? view.getUint16(at) : view.getUint8(at);
  };
  let a = 0;
  let x = 0;
  const instructions = program.assemble();
  for (let at = 0; ; at++) {
    const [code, taken, passed, k] = instructions[at];
    if ((code & 7) === 0) {
      const value = read(code, (code & 0x40) !== 0 ? (x + k) >>> 0 : k);
      if (value === null) return 0;
      a = value;
    } else if (code === 0x01) x = k;
    else if (code === 0x07) x = a;
    else if (code === 0x0c) a = (a + x) >>> 0;
    else if (code === 0x24) a = Math.imul(a, k) >>> 0;
    else if (code === 0x54) a = (a & k) >>> 0;
    else if (code === 0x64) a = (a << k) >>> 0;
    else if (code === 0x74) a >>>= k;
    else if (code === 0xa4) a = (a ^ k) >>> 0;
    else if (code === 0xac) a = (a ^ x) >>> 0;
    else if (code === 0x05) at += k;
    else if (code === 0x15) at += a === k ? taken : passed;
    else if (code === 0x35) at += a >= k ? taken : passed;
    else if (code === 0x45) at += (a & k) !== 0 ? taken : passed;
    else if (code === 0x06) return k;
    else assert.fail(`code ${code.toString(16)}`);
  }
}
