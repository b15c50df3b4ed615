import { getSystemErrorName } from "node:util";
import { type BpfProgram, sockFprog } from "./bpf.ts";
import { libc } from "./libc.ts";
import { Memory } from "./memory.ts";

/** A call that the system refused; `code` is the errno's name. */
export class SystemCallError extends Error {
  readonly code: string;

  constructor(call: string, result: number) {
    const code = getSystemErrorName(result);
    super(`${call}: ${code}`);
    this.name = "SystemCallError";
    this.code = code;
  }
}

/** `result`, or the error that it stands for. */
export function succeed(call: string, result: number): number {
  if (result < 0) throw new SystemCallError(call, result);
  return result;
}

/** Sets an option of 32-bit words; zero or the negative errno. */
export function setOption(fd: number, level: number, option: number, ...words: number[]): number {
  const memory = new Memory(4 * words.length);
  words.forEach((word, index) => memory.view.setUint32(4 * index, word, true));
  const result = libc().setsockopt(fd, level, option, memory.address, 4 * words.length);
  memory.free();
  return result;
}

/** The 32-bit words of an option; null where the system has no such option. */
export function getOption(fd: number, level: number, option: number, count: number): number[] | null {
  const memory = new Memory(4 * count + 4);
  memory.view.setUint32(4 * count, 4 * count, true);
  const result = libc().getsockopt(fd, level, option, memory.address, memory.address + 4 * count);
  const given = result < 0 ? null : memory.view.getUint32(4 * count, true) >>> 2;
  const words = Array.from({ length: given ?? 0 }, (_, index) => memory.view.getUint32(4 * index, true));
  memory.free();
  return given === null ? null : words;
}

/** Sets an option whose value is a BPF program; zero or the negative errno. */
export function setProgram(fd: number, level: number, option: number, program: BpfProgram): number {
  const memory = sockFprog(program);
  const result = libc().setsockopt(fd, level, option, memory.address, 16);
  memory.free();
  return result;
}
