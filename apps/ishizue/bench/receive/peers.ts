import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readKernelDrops } from "@ishizue/receive";

/** Clock ticks of /proc/PID/stat a second; Linux tells programs 100 on every machine it runs on. */
const ticks = 100;
const bufferBytes = 33_554_432;

export type PeerName = "nfcapd" | "nfacctd";

/** Where a program lies; undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** What a program says its version is. */
export function versionOf(path: string): string {
  try {
    const said = execFileSync(path, ["-V"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? said.split("\n", 1)[0];
  } catch {
    return "unknown";
  }
}

/** A collector from another house, receiving on a port of loopback. */
export class Peer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #dir: string;

  /** `dir` is its own and is emptied; `command` puts programs before it (taskset). */
  constructor(name: PeerName, path: string, port: number, dir: string, command: readonly string[]) {
    this.port = port;
    this.#dir = dir;
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    const argv = [...command, path, ...(name === "nfcapd" ? nfcapd(port, dir) : nfacctd(port, dir))];
    this.#child = spawn(argv[0], argv.slice(1), { stdio: "ignore", cwd: dir });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Datagrams that its socket dropped, null before it listens. */
  kernelDrops(): number | null {
    return readKernelDrops("127.0.0.1", this.port);
  }

  /** CPU seconds of it and its children so far. */
  cpuSeconds(): number {
    return this.#processes().reduce((sum, pid) => sum + cpuOf(pid), 0);
  }

  /** Octets of the files that it wrote. */
  fileBytes(): number {
    return readdirSync(this.#dir).reduce(
      (sum, name) => sum + (statSync(join(this.#dir, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  async end(): Promise<void> {
    for (const pid of this.#processes().toReversed()) {
      try {
        process.kill(pid, "SIGTERM");
      } catch {
        // It ended by itself.
      }
    }
    for (let wait = 0; this.running && wait < 50; wait++) await new Promise((done) => setTimeout(done, 100));
    if (this.running) this.#child.kill("SIGKILL");
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Its process and those that it started. */
  #processes(): number[] {
    const { pid } = this.#child;
    if (pid === undefined) return [];
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
      return [pid, ...children.split(" ").filter(Boolean).map(Number)];
    } catch {
      return [];
    }
  }
}

function nfcapd(port: number, dir: string): string[] {
  return ["-p", String(port), "-b", "127.0.0.1", "-l", dir, "-B", String(bufferBytes), "-t", "300"];
}

/** By 5-tuple into its memory table, the buffers as large as nfcapd's and ours. */
function nfacctd(port: number, dir: string): string[] {
  const file = join(dir, "nfacctd.conf");
  const settings = {
    daemonize: "false",
    nfacctd_ip: "127.0.0.1",
    nfacctd_port: port,
    nfacctd_pipe_size: bufferBytes,
    nfacctd_time_new: "true",
    plugins: "memory[five]",
    "aggregate[five]": "src_host, dst_host, src_port, dst_port, proto",
    "imt_path[five]": join(dir, "five.pipe"),
    "imt_mem_pools_number[five]": 0,
    "imt_mem_pools_size[five]": 1_048_576,
    "imt_buckets[five]": 1_048_573,
    plugin_pipe_size: 268_435_456,
    plugin_buffer_size: 1_048_576,
    logfile: join(dir, "nfacctd.log"),
  };
  const text = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(file, text.join(""));
  return ["-f", file];
}

function cpuOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return 0;
  }
}
