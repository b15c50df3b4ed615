/** A UDP datagram out of a capture. */
export type CaptureDatagram = {
  /** When it was captured: milliseconds since the Unix epoch, with the fraction that the file has. */
  arrivalMs: number;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  /** The payload: `length` octets of `bytes` and `view` (one buffer) from `offset`. Valid until the next datagram is asked for. */
  bytes: Uint8Array;
  view: DataView;
  offset: number;
  length: number;
};
