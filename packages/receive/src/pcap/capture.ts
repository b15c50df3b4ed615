import { open, type FileHandle } from "node:fs/promises";
import {
  formatAddress,
  Frame,
  FrameReason,
  Fragment,
  hostIsLittleEndian,
  mappedWord,
  parseFrame,
} from "@ishizue/wire";
import { CaptureCounters } from "./counters.ts";
import type { CaptureDatagram } from "./datagram.ts";
import { CaptureError } from "./error.ts";
import { CapturedFrame, maxFrameOctets } from "./frame.ts";
import { holdsMessages, readMessages } from "./messages.ts";
import { PcapFrames } from "./pcap.ts";
import { openPcapng } from "./pcapng.ts";
import { FileWindow } from "./window.ts";

/** The window holds the longest frame and then some, so that most reads are large. */
const windowOctets = 2 * maxFrameOctets;

/**
 * Reads the UDP datagrams of a capture file (pcap or pcapng) in file order,
 * from disk, with memory bounded whatever the file says.
 *
 * Shape: one object a datagram; its octets are the reader's window and valid
 * until the next one is asked for. `counters` is updated while reading and is
 * also the generator's return value.
 * Outcomes: frames that give no whole datagram are counted by reason; a file
 * cut in the middle gives everything before the cut. With `bareMessages` a
 * file of messages without frames around them is read too (`readMessages`).
 * Errors: CaptureError where the file cannot be opened or is no capture.
 */
export async function* readCapture(
  path: string,
  counters: CaptureCounters = new CaptureCounters(),
  bareMessages = false,
): AsyncGenerator<CaptureDatagram, CaptureCounters> {
  const file = await openFile(path);
  try {
    const window = new FileWindow(file, windowOctets);
    if (bareMessages && (await holdsMessages(window))) {
      yield* readMessages(file, counters);
      return counters;
    }
    const frames = await openFrames(path, window, counters);
    const captured = new CapturedFrame();
    const frame = new Frame();
    const addresses = new AddressText();
    while (await frames.next(captured)) {
      counters.bytesRead = window.fileOffset;
      if (!isWholeDatagram(window.view, captured, frame, counters)) continue;
      counters.udpDatagrams++;
      yield {
        arrivalMs: captured.arrivalMs,
        source: addresses.text(0, window.view, frame.sourceAddressOffset, frame.ipVersion),
        sourcePort: frame.sourcePort,
        destination: addresses.text(1, window.view, frame.destinationAddressOffset, frame.ipVersion),
        destinationPort: frame.destinationPort,
        bytes: window.bytes,
        view: window.view,
        offset: frame.udpPayloadOffset,
        length: frame.udpPayloadOctets,
      };
    }
    counters.bytesRead = window.fileOffset;
    return counters;
  } finally {
    await file.close();
  }
}

/** A capture file and what was counted in it so far. */
export class CaptureReader {
  readonly path: string;
  readonly counters = new CaptureCounters();
  readonly #bareMessages: boolean;

  /** `bareMessages`: files of messages without frames are read too. */
  constructor(path: string, { bareMessages = false }: { bareMessages?: boolean } = {}) {
    this.path = path;
    this.#bareMessages = bareMessages;
  }

  /** The file's datagrams from its beginning; see `readCapture`. */
  datagrams(): AsyncGenerator<CaptureDatagram, CaptureCounters> {
    return readCapture(this.path, this.counters, this.#bareMessages);
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, "r");
    const stats = await file.stat();
    if (stats.isDirectory()) {
      await file.close();
      throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
    }
    return file;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CaptureError(
      "CAPTURE_UNREADABLE",
      `cannot read the capture ${path} (${code})`,
      code,
      code === "EISDIR" ? "name a file, not a folder" : "check the path and whether this user may read it",
    );
  }
}

interface Frames {
  next(frame: CapturedFrame): Promise<boolean>;
}

/** Tells the format by its first octets. */
async function openFrames(path: string, window: FileWindow, counters: CaptureCounters): Promise<Frames> {
  await window.need(6);
  const available = Math.min(8, window.available);
  if (available === 0) {
    throw new CaptureError("CAPTURE_EMPTY", `the capture ${path} is empty`, "", "name another file");
  }
  const first = window.bytes.subarray(0, available).toHex();
  switch (first.slice(0, 8)) {
    case "a1b2c3d4":
      return PcapFrames.open(window, counters, false, false);
    case "d4c3b2a1":
      return PcapFrames.open(window, counters, true, false);
    case "a1b23c4d":
      return PcapFrames.open(window, counters, false, true);
    case "4d3cb2a1":
      return PcapFrames.open(window, counters, true, true);
    case "0a0d0d0a":
      return openPcapng(window, counters);
    case "a1b2cd34":
    case "34cdb2a1":
    case "1c0001ac":
    case "ac01001c":
      throw new CaptureError(
        "CAPTURE_UNSUPPORTED",
        `the capture ${path} is of a patched pcap variant (${first.slice(0, 8)})`,
        first,
        "convert it: editcap -F pcapng <file> <new file>",
      );
    default:
  }
  for (const [prefix, name, command] of compressions) {
    if (first.startsWith(prefix)) {
      throw new CaptureError(
        "CAPTURE_COMPRESSED",
        `the capture ${path} is compressed (${name})`,
        first,
        `decompress it first: ${command}`,
      );
    }
  }
  throw new CaptureError(
    "CAPTURE_UNKNOWN_FORMAT",
    `${path} is not a capture: it begins with ${first}`,
    first,
    "name a pcap or pcapng file, as tcpdump and Wireshark write them",
  );
}

const compressions = [
  ["1f8b", "gzip", "gunzip -k <file>"],
  ["28b52ffd", "zstd", "unzstd <file>"],
  ["fd377a585a00", "xz", "unxz -k <file>"],
  ["425a68", "bzip2", "bunzip2 -k <file>"],
  ["04224d18", "lz4", "unlz4 <file>"],
  ["504b0304", "zip", "unzip <file>"],
] as const;

/** Whether the frame holds one whole, unfragmented UDP datagram; counts why not. */
function isWholeDatagram(
  view: DataView,
  captured: CapturedFrame,
  frame: Frame,
  counters: CaptureCounters,
): boolean {
  const { offset, length, wireLength, linkType } = captured;
  const isIp = parseFrame(view, offset, length, wireLength, linkType, frame);
  if (frame.reason === FrameReason.unknownLinkType) counters.unknownLinkType++;
  else if (frame.fragment !== Fragment.none) counters.fragments++;
  else if (frame.reason === FrameReason.truncated) counters.truncatedFrames++;
  else if (frame.reason === FrameReason.malformed || frame.reason === FrameReason.tooManyHeaders) {
    counters.malformedFrames++;
  } else if (!isIp || frame.udpPayloadOctets < 0) counters.nonUdp++;
  else if (frame.udpPayloadCaptured < frame.udpPayloadOctets) counters.truncatedFrames++;
  else return true;
  return false;
}

/** Address text with a memory of the last one on either side: captures come in runs. */
class AddressText {
  readonly #words = new Uint32Array(4);
  readonly #last = [new Uint32Array(4), new Uint32Array(4)];
  readonly #texts = ["::", "::"];

  text(side: 0 | 1, view: DataView, position: number, ipVersion: number): string {
    const words = this.#words;
    if (ipVersion === 4) {
      words[0] = 0;
      words[1] = 0;
      words[2] = mappedWord;
      words[3] = view.getUint32(position, hostIsLittleEndian);
    } else {
      for (let word = 0; word < 4; word++)
        words[word] = view.getUint32(position + 4 * word, hostIsLittleEndian);
    }
    const last = this.#last[side];
    if (words[3] !== last[3] || words[2] !== last[2] || words[1] !== last[1] || words[0] !== last[0]) {
      last.set(words);
      this.#texts[side] = formatAddress(words, 0);
    }
    return this.#texts[side];
  }
}
