import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCapture } from "@ishizue/receive";
import type { CaptureFile } from "./cases.ts";

export type Datagram = { readonly bytes: Uint8Array; readonly source: string };

/** The datagrams of one file, in order. */
export async function readDatagrams(file: CaptureFile): Promise<Datagram[]> {
  const datagrams: Datagram[] = [];
  if (file.kind === "pcap") {
    for await (const { bytes, offset, length, source } of readCapture(fileURLToPath(file.url))) {
      datagrams.push({ bytes: bytes.slice(offset, offset + length), source });
    }
    return datagrams;
  }
  const bytes = new Uint8Array(readFileSync(file.url));
  let offset = 0;
  for (const length of messageLengths(bytes, file)) {
    datagrams.push({ bytes: bytes.slice(offset, offset + length), source: "192.0.2.1" });
    offset += length;
  }
  return datagrams;
}

/** Lengths of the messages that lie one after the other in a file. */
function messageLengths(bytes: Uint8Array, file: CaptureFile): number[] {
  if (!file.kind.includes("concatenated")) return [bytes.length];
  const listed = /concatenated\(([\d,]+)\)/.exec(file.peculiarities);
  if (listed !== null) return listed[1].split(",").map(Number);
  const view = new DataView(bytes.buffer);
  const lengths: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += lengths[lengths.length - 1]) {
    if (view.getUint16(offset) !== 10) throw new Error(`${file.caseName}: only IPFIX says its own length`);
    lengths.push(view.getUint16(offset + 2));
  }
  return lengths;
}
