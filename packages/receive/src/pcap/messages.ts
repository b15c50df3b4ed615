import type { FileHandle } from "node:fs/promises";
import { beginsMessage, messageOctets } from "@ishizue/wire";
import type { CaptureCounters } from "./counters.ts";
import type { CaptureDatagram } from "./datagram.ts";
import { FileWindow } from "./window.ts";

/** The longest message there is. */
const longestMessage = 65_535;

/** Who sent bare messages is not in the file. */
const nobody = { source: "0.0.0.0", sourcePort: 0, destination: "0.0.0.0", destinationPort: 0, arrivalMs: 0 };

/** Whether a file holds export messages without anything around them, as an IPFIX file (RFC 5655) does. */
export async function holdsMessages(window: FileWindow): Promise<boolean> {
  await window.need(4);
  return beginsMessage(window.view, window.position, window.available);
}

/**
 * Reads bare export messages that lie one after the other in a file: an IPFIX file, or payloads of datagrams.
 *
 * Shape: a datagram each, from 0.0.0.0. Bound: a window of fixed size.
 */
export async function* readMessages(
  file: FileHandle,
  counters: CaptureCounters,
): AsyncGenerator<CaptureDatagram> {
  const window = new FileWindow(file, 4 * longestMessage);
  for (;;) {
    await window.need(longestMessage + 4);
    if (window.available === 0) return;
    const { bytes, view, position: offset } = window;
    const length = Math.min(longestMessage, messageOctets(view, offset, window.available));
    window.position += length;
    counters.bytesRead = window.fileOffset;
    counters.udpDatagrams++;
    yield { ...nobody, bytes, view, offset, length };
  }
}
