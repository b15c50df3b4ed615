import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, freeradiusConfiguration } from "../../peers/freeradius.ts";

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
  writeFileSync(
    join(folder, "radiusd.conf"),
    freeradiusConfiguration({
      folder: folder,
      port: port,
      secret: secret,
      threads: 2,
      maxRequests: 65_536,
      more: "cleanup_delay = 0",
    }),
  );
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
