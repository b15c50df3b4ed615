import { createRequire } from "node:module";
import type { LibraryHandle } from "koffi";

/**
 * The calls of libc that the receivers make. Pointers are numbers (see
 * memory.ts). Each gives its result or, where the call failed, the negative
 * errno, read before anything else can change it; mmap likewise.
 */
export type Libc = {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: number, length: number): number;
  connect(fd: number, address: number, length: number): number;
  getsockname(fd: number, address: number, length: number): number;
  setsockopt(fd: number, level: number, option: number, value: number, length: number): number;
  getsockopt(fd: number, level: number, option: number, value: number, length: number): number;
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number;
  sendmmsg(fd: number, messages: number, count: number, flags: number): number;
  poll(fds: number, count: number, timeoutMs: number): number;
  mmap(
    address: number,
    octets: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): number;
  munmap(address: number, octets: number): number;
  madvise(address: number, octets: number, advice: number): number;
  if_nametoindex(name: number): number;
  close(fd: number): number;
  /** As `madvise`, in a thread of the pool; resolves with whether it was done. */
  madviseAside(address: number, octets: number, advice: number): Promise<boolean>;
  /** The memory at an address as an ArrayBuffer, which says nothing of when that memory goes. */
  viewAt(address: number, octets: number): ArrayBuffer;
  /** Where the octets of a buffer lie. */
  addressOf(bytes: Uint8Array): number;
};

/** Result, then arguments: i int, u unsigned int, n size_t or off_t, p pointer. */
const signatures: Record<Exclude<keyof Libc, "viewAt" | "addressOf" | "madviseAside">, string> = {
  socket: "iiii",
  bind: "iipu",
  connect: "iipu",
  getsockname: "iipp",
  setsockopt: "iiiipu",
  getsockopt: "iiiipp",
  recvmmsg: "iipuip",
  sendmmsg: "iipui",
  poll: "ipni",
  mmap: "ppniiin",
  munmap: "ipn",
  madvise: "ipni",
  if_nametoindex: "up",
  close: "ii",
};

const typeNames: Record<string, string> = { i: "int", u: "uint", n: "int64", p: "intptr_t" };

/** Where the layouts and numbers in constants.ts hold: 64 bits, low byte first, generic option numbers. */
const knownArchitectures = new Set(["x64", "arm64", "riscv64", "loong64"]);

let loaded: Libc | string | null = null;

/** One sentence of why libc cannot be called here; null where it can. */
export function whyNoLibc(): string | null {
  loaded ??= load();
  return typeof loaded === "string" ? loaded : null;
}

/** libc, loaded at the first call. Errors: where `whyNoLibc` has a reason. */
export function libc(): Libc {
  loaded ??= load();
  if (typeof loaded === "string") throw new Error(loaded);
  return loaded;
}

function load(): Libc | string {
  const { platform, arch } = process;
  if (platform !== "linux") return `it is made for Linux and this is ${platform}`;
  if (!knownArchitectures.has(arch)) return `it is not made for ${arch} processors`;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof import("koffi");
    // null: what this process has loaded, which libc is part of, be it glibc or musl.
    const library = koffi.load(null);
    const calls = Object.entries(signatures).map(([name, types]) => [
      name,
      call(library, koffi.errno, name, types),
    ]);
    return {
      ...Object.fromEntries(calls),
      madviseAside: aside(library, "madvise", signatures.madvise),
      viewAt: koffi.view,
      addressOf: (bytes: Uint8Array) => Number(koffi.address(bytes)),
    } as Libc;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return `the package koffi, which calls into libc, cannot be loaded (${reason})`;
  }
}

function call(library: LibraryHandle, errno: () => number, name: string, types: string) {
  const [result, ...parameters] = types.split("").map((type) => typeNames[type]);
  const function_ = library.func(name, result, parameters) as (...values: number[]) => number;
  return (...values: number[]): number => {
    const value = function_(...values);
    return value === -1 ? -errno() : value;
  };
}

/** A function of libc that takes its time, called in a thread of the pool. */
function aside(library: LibraryHandle, name: string, types: string) {
  const [result, ...parameters] = types.split("").map((type) => typeNames[type]);
  const function_ = library.func(name, result, parameters) as unknown as {
    async(...operands: [...number[], (error: Error | null, value: number) => void]): void;
  };
  return (...values: number[]): Promise<boolean> =>
    new Promise((resolve) => {
      function_.async(...values, (error, value) => resolve(error === null && value === 0));
    });
}
