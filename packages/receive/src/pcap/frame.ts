/** One frame as a capture file holds it; overwritten by each read. */
export class CapturedFrame {
  /** Milliseconds since the Unix epoch, with the fraction that the file has. */
  arrivalMs = 0;
  /** LINKTYPE_ number. */
  linkType = 0;
  /** Where its octets begin in the window. */
  offset = 0;
  /** Octets captured, and octets on the wire. */
  length = 0;
  wireLength = 0;
}

/** No network has longer frames; the snap length of every tool is at most this. */
export const maxFrameOctets = 524_288;
