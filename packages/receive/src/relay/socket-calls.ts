import { createRequire } from "node:module";

/** The socket calls of the C library that node:dgram has no word for; each as its manual page tells. */
export type SocketCalls = {
  socket(family: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  sendto(
    fd: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number;
  close(fd: number): number;
  /** The error of the last call that returned -1. */
  errno(): number;
};

type Koffi = {
  load(path: string | null): { func(definition: string): (...args: unknown[]) => number };
  errno(): number;
};

let calls: SocketCalls | null = null;

/** Outcomes: null where the C library cannot be called from here. */
export function socketCalls(): SocketCalls | null {
  if (calls !== null) return calls;
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    const libc = koffi.load(null);
    calls = {
      socket: libc.func("int socket(int, int, int)"),
      connect: libc.func("int connect(int, const uint8_t *, uint32_t)"),
      sendto: libc.func("long sendto(int, const uint8_t *, size_t, int, const uint8_t *, uint32_t)"),
      getsockopt: libc.func("int getsockopt(int, int, int, _Inout_ uint8_t *, _Inout_ uint8_t *)"),
      setsockopt: libc.func("int setsockopt(int, int, int, const uint8_t *, uint32_t)"),
      close: libc.func("int close(int)"),
      errno: () => koffi.errno(),
    };
    return calls;
  } catch {
    return null;
  }
}
