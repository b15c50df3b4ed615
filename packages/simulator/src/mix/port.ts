import { applications, Protocol } from "./application.ts";
import { Random, RandomStream } from "../random/random.ts";

/**
 * Every server port that traffic can have: those of the tables one by one, and sets from which what is left of
 * each protocol draws, wide enough that no port of a set reaches a row of its own.
 *
 * Shape: columns by port index; an application with one port has `first[app]` and count 1.
 */
export interface PortTable {
  readonly protocol: Uint8Array;
  readonly port: Uint16Array;
  readonly first: Uint32Array;
  readonly count: Uint32Array;
}

const lowPorts = [21, 25, 110, 119, 143, 179, 389, 445, 465, 500, 554, 587, 636, 853, 873, 989, 990, 995];
const highPortCount = 640;

/** The same seed gives the same ports. */
export function makePorts(seed: number): PortTable {
  const random = new Random(seed, RandomStream.mix);
  const protocol: number[] = [];
  const port: number[] = [];
  const first = new Uint32Array(applications.length);
  const count = new Uint32Array(applications.length);
  const single = new Set(applications.map((app) => `${app.protocol}:${app.port}`));
  applications.forEach((app, i) => {
    first[i] = port.length;
    let ports: number[];
    if (app.port === "low") {
      ports = lowPorts;
    } else if (app.port === "high") {
      const drawn = new Set<number>();
      while (drawn.size < highPortCount) {
        const candidate = 1024 + random.below(32768 - 1024);
        if (!single.has(`${app.protocol}:${candidate}`)) drawn.add(candidate);
      }
      ports = [...drawn];
    } else {
      ports = [app.port === "none" ? 0 : app.port];
    }
    for (const value of ports) {
      protocol.push(app.protocol);
      port.push(value);
    }
    count[i] = ports.length;
  });
  return { protocol: Uint8Array.from(protocol), port: Uint16Array.from(port), first, count };
}

/** Protocols whose records carry ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === Protocol.tcp || protocol === Protocol.udp;
}
