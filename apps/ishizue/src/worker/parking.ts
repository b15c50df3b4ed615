import type { Source } from "@ishizue/receive";

/** A datagram kept for later: a copy. */
export interface ParkedDatagram {
  readonly source: Source;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly arrivalMs: number;
}

/** Octets of parked datagrams a worker, bookkeeping included. */
const LIMIT_OCTETS = 64 << 20;
/** What an object of one datagram takes beside its octets, about. */
const OVERHEAD_OCTETS = 200;

/**
 * Datagrams of buckets that are on their way to this worker: copies, in order
 * of arrival, until the state of their exporters is here. Bounded by octets;
 * what does not fit is refused.
 */
export class Parking {
  private readonly byBucket = new Map<number, ParkedDatagram[]>();
  private octets = 0;

  /** From now on `park` takes datagrams of `bucket`. */
  open(bucket: number): void {
    this.byBucket.set(bucket, []);
  }

  /** Keeps a datagram of an open bucket. Outcomes: false where there is no room. */
  park(bucket: number, source: Source, bytes: Uint8Array, arrivalMs: number): boolean {
    const size = bytes.length + OVERHEAD_OCTETS;
    if (this.octets + size > LIMIT_OCTETS) return false;
    this.octets += size;
    this.byBucket.get(bucket)?.push({ source, bytes: new Uint8Array(bytes), arrivalMs });
    return true;
  }

  /** Ends the parking of `bucket`: what was kept, in order of arrival. */
  close(bucket: number): ParkedDatagram[] {
    const parked = this.byBucket.get(bucket) ?? [];
    this.byBucket.delete(bucket);
    for (const { bytes } of parked) this.octets -= bytes.length + OVERHEAD_OCTETS;
    return parked;
  }
}
