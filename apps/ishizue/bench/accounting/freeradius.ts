import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** FreeRADIUS that writes each packet to a detail file, which it does not bring to the disk (fsync) before it answers. */
function configuration(folder: string, port: number, secret: string): string {
  const libraries = ["/usr/lib/freeradius", "/usr/lib64/freeradius"].find((path) => existsSync(path));
  return `
prefix = /usr
libdir = ${libraries ?? "/usr/lib/freeradius"}
name = freeradius
logdir = ${folder}
run_dir = ${folder}
pidfile = ${join(folder, "freeradius.pid")}
max_requests = 65536
cleanup_delay = 0
security {
  allow_vulnerable_openssl = yes
}
client bench {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
thread pool {
  start_servers = 2
  max_servers = 2
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

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Runs FreeRADIUS in `folder` while `use` does; null where it is not installed. */
export async function withFreeradius<Result>(
  folder: string,
  secret: string,
  use: (port: number, pid: number) => Promise<Result>,
): Promise<Result | null> {
  const binary = ["/usr/sbin/freeradius", "/usr/sbin/radiusd"].find((path) => existsSync(path));
  if (binary === undefined) return null;
  mkdirSync(folder);
  const port = await freePort();
  writeFileSync(join(folder, "radiusd.conf"), configuration(folder, port, secret));
  const child = spawn(binary, ["-f", "-l", "stdout", "-d", folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`freeradius ended: ${printed}`)));
    child.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
      if (printed.includes("Ready to process requests")) resolve();
    });
  });
  try {
    return await use(port, child.pid ?? 0);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}
