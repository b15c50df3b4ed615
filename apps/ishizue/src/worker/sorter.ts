import { bucketCount, bucketOf, type Source, SourceTable } from "@ishizue/receive";
import { Counter } from "../pipeline/counters.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { Parking } from "./parking.ts";
import type { Tell } from "./port-sink.ts";
import type { PassedDatagram, WorkerSetup } from "./protocol.ts";

/** Datagrams that are passed on to the new owner of their bucket after one release, at the most. */
const MAX_PASSED = 65_536;

/** Where datagrams of a bucket go. */
const Place = { here: 0, parked: 1, elsewhere: 2 } as const;

/**
 * Sorts what one of several workers receives: datagrams of its buckets go into
 * its pipeline, those of a bucket that is on its way to it are kept until it
 * has arrived, and those that were steered here before a bucket went are passed
 * on to the new owner. Both are bounded; what is past it is lost and counted.
 */
export class Sorter {
  private readonly pipeline: Pipeline;
  private readonly tell: Tell;
  private readonly worker: number;
  private readonly counts: Float64Array;
  /** Octets by bucket. */
  private readonly loads: Float64Array;
  private readonly places = new Uint8Array(bucketCount);
  private readonly owners: Uint8Array;
  private readonly parking = new Parking();
  /** Sources of datagrams that another worker received. */
  private readonly sources = new SourceTable();
  private mayPass = 0;

  constructor(setup: WorkerSetup, pipeline: Pipeline, tell: Tell) {
    this.pipeline = pipeline;
    this.tell = tell;
    this.worker = setup.worker;
    this.counts = pipeline.counts;
    this.loads = new Float64Array(setup.loads);
    this.owners = setup.workerOfBucket.slice();
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      this.places[bucket] = this.owners[bucket] === setup.worker ? Place.here : Place.elsewhere;
    }
  }

  /** Takes a datagram of the receiver. */
  readonly take = (
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    length: number,
    source: Source,
    arrivalMs: number,
  ): void => {
    const bucket = bucketOf(source.words, 0);
    this.loads[bucket] += length;
    if (this.places[bucket] === Place.here) {
      this.pipeline.accept(bytes, view, offset, length, source, arrivalMs);
    } else {
      this.divert(bucket, bytes.subarray(offset, offset + length), source, arrivalMs);
    }
  };

  /** Takes a datagram that another worker received. */
  takePassed({ address, bytes, arrivalMs }: PassedDatagram): void {
    this.take(bytes, new DataView(bytes.buffer), 0, bytes.length, this.sources.ofText(address), arrivalMs);
  }

  /** Whether an address is of one of these buckets. */
  isAmong(buckets: readonly number[]): (words: Uint32Array) => boolean {
    const among = new Set(buckets);
    return (words) => among.has(bucketOf(words, 0));
  }

  /** These buckets will come. */
  park(buckets: readonly number[]): void {
    for (const bucket of buckets) {
      this.parking.open(bucket);
      this.places[bucket] = Place.parked;
    }
  }

  /** These buckets are another worker's from now on. */
  release(buckets: readonly number[], owner: number): void {
    for (const bucket of buckets) {
      this.places[bucket] = Place.elsewhere;
      this.owners[bucket] = owner;
    }
    this.mayPass = MAX_PASSED;
  }

  /** These buckets are here: takes what was kept of them. */
  adopt(buckets: readonly number[]): void {
    for (const bucket of buckets) {
      this.places[bucket] = Place.here;
      this.owners[bucket] = this.worker;
      for (const { source, bytes, arrivalMs } of this.parking.close(bucket)) {
        this.pipeline.accept(bytes, new DataView(bytes.buffer), 0, bytes.length, source, arrivalMs);
      }
    }
  }

  private divert(bucket: number, bytes: Uint8Array, source: Source, arrivalMs: number): void {
    const { counts } = this;
    if (this.places[bucket] === Place.parked) {
      if (!this.parking.park(bucket, source, bytes, arrivalMs)) counts[Counter.strayDatagramsLost]++;
    } else if (this.mayPass === 0) {
      counts[Counter.strayDatagramsLost]++;
    } else {
      this.mayPass--;
      counts[Counter.strayDatagrams]++;
      const datagram = { address: source.address, bytes: new Uint8Array(bytes), arrivalMs };
      const { buffer } = datagram.bytes;
      this.tell({ kind: "datagram", owner: this.owners[bucket], datagram }, [buffer]);
    }
  }
}
