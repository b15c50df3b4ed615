import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Freeradius {
  readonly folder: string;
  readonly port: number;
  readonly secret: string;
  readonly threads: number;
  readonly maxRequests: number;
  /** Further settings of the server, a line each. */
  readonly more?: string;
}

/**
 * The whole configuration of a FreeRADIUS that takes accounting on loopback and writes each packet to one detail file,
 * which it does not bring to the disk (fsync) before it answers.
 */
export function freeradiusConfiguration(server: Freeradius): string {
  const { folder, port, secret, threads, maxRequests, more = "" } = server;
  const libraries = ["/usr/lib/freeradius", "/usr/lib64/freeradius"].find((path) => existsSync(path));
  return `
prefix = /usr
libdir = ${libraries ?? "/usr/lib/freeradius"}
name = freeradius
logdir = ${folder}
run_dir = ${folder}
pidfile = ${join(folder, "freeradius.pid")}
max_requests = ${maxRequests}
${more}
security {
  allow_vulnerable_openssl = yes
}
client peer {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
thread pool {
  start_servers = ${threads}
  max_servers = ${threads}
}
modules {
  detail {
    filename = ${join(folder, "detail")}
    permissions = 0600
    header = "%t"
  }
}
server default {
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${port}
  }
  accounting {
    detail
  }
}
`;
}

/** A UDP port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
