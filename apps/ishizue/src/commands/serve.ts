import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { CommandFault } from "../fault/fault.ts";
import { serveFolder } from "../serve/folder.ts";
import { parsePort } from "./option.ts";
import { untilStopped } from "./signal.ts";

export function serveCommand(): Command {
  return new Command("serve")
    .description("serve a report folder over HTTP until Ctrl-C")
    .argument("<dir>", "folder that `ishizue report` wrote")
    .option("--port <port>", "TCP port", parsePort, 8060)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .action(async (dir: string, options: { port: number; host: string }) => {
      if (!existsSync(join(dir, "index.html"))) {
        throw new CommandFault(
          "NO_REPORT",
          `${resolve(dir)} holds no index.html`,
          "name the --out folder of `ishizue report`",
        );
      }
      const stopped = untilStopped();
      const server = await serveFolder(dir, options);
      console.log(`${resolve(dir)} on http://${options.host}:${server.port} (Ctrl-C stops)`);
      await stopped;
      await server.close();
    });
}
