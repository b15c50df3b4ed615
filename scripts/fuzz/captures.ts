import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "../../packages/receive/src/pcap/capture.ts";
import { CaptureError } from "../../packages/receive/src/pcap/error.ts";

/** A recorded file, and the datagrams in it. */
export type Capture = { readonly name: string; readonly file: Uint8Array; readonly datagrams: Uint8Array[] };

/** Files longer than this are of no use to mutation. */
const maxFileOctets = 2_000_000;

/**
 * Real recordings, where they are: a folder a case, `NN-name.pcap` a capture, `.dat`, `.bin` and `.dump` one datagram.
 *
 * Outcomes: none where the folder is not there.
 */
export async function readCaptures(folder: string): Promise<Capture[]> {
  if (!existsSync(folder)) return [];
  const captures: Capture[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    for (const name of readdirSync(join(folder, entry.name)).toSorted()) {
      const path = join(folder, entry.name, name);
      if (!/\.(pcap|pcapng|cap|dat|bin|dump)$/.test(name)) continue;
      const file = new Uint8Array(readFileSync(path));
      if (file.length > maxFileOctets) continue;
      captures.push({ name: `${entry.name}/${name}`, file, datagrams: await datagramsOf(path, file) });
    }
  }
  return captures;
}

async function datagramsOf(path: string, file: Uint8Array): Promise<Uint8Array[]> {
  if (!/cap(ng)?$/.test(path)) return [file];
  const datagrams: Uint8Array[] = [];
  try {
    for await (const { bytes, offset, length } of readCapture(path)) {
      datagrams.push(bytes.slice(offset, offset + length));
      if (datagrams.length === 200) break;
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return datagrams;
}
