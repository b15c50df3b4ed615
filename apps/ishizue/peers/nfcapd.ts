import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, Running } from "./process.ts";

export type CapturedFlow = {
  exporter: string;
  source: string;
  destination: string;
  packets: number;
  octets: number;
};

/** A running nfcapd and the flows that it wrote. */
export class Nfcapd {
  readonly #running: Running;
  readonly #folder: string;

  private constructor(running: Running, folder: string) {
    this.#running = running;
    this.#folder = folder;
  }

  /** `within` is put before the command, such as `ip netns exec name`; `family` behind it. */
  static async start(port: number, within: readonly string[] = [], family = "-4"): Promise<Nfcapd> {
    const folder = await mkdtemp(join(tmpdir(), "nfcapd-"));
    const command = ["nfcapd", "-w", folder, "-p", String(port), "-t", "3600", "-B", "8000000", family];
    const nfcapd = new Nfcapd(new Running([...within, ...command]), folder);
    await nfcapd.#running.says(/Startup/);
    return nfcapd;
  }

  /** Ends it; what it received. */
  async flows(): Promise<CapturedFlow[]> {
    await this.#running.stop();
    const format = "fmt:%ra,%sa,%da,%pkt,%byt";
    const { code, printed } = await run(["nfdump", "-R", this.#folder, "-q", "-N", "-6", "-o", format]);
    await rm(this.#folder, { recursive: true });
    assert.equal(code, 0, printed);
    return printed
      .split("\n")
      .map((line) => line.split(",").map((field) => field.trim()))
      .filter((fields) => fields.length === 5)
      .map(([exporter, source, destination, packets, octets]) => ({
        exporter,
        source,
        destination,
        packets: Number(packets),
        octets: Number(octets),
      }));
  }
}
