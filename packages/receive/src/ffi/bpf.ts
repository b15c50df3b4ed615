import { Memory } from "./memory.ts";

/** Ancillary and relative offsets of socket filters (linux/filter.h). */
export const SKF_AD_OFF = 0xffff_f000;
export const SKF_AD_PKTTYPE = SKF_AD_OFF + 4;
export const SKF_AD_IFINDEX = SKF_AD_OFF + 8;
export const SKF_AD_HATYPE = SKF_AD_OFF + 28;
/** Added to an offset: counted from the network header. */
export const SKF_NET_OFF = 0xfff0_0000;

/** Most instructions that the kernel takes (BPF_MAXINSNS). */
export const maxInstructions = 4096;

/** Codes of loads of 4, 2 and 1 octets, in network order, into A. */
const absoluteLoads = { 4: 0x20, 2: 0x28, 1: 0x30 };
const indirectLoads = { 4: 0x40, 2: 0x48, 1: 0x50 };
const operations = { add: 0x04, mul: 0x24, and: 0x54, lsh: 0x64, rsh: 0x74, xor: 0xa4 };
const jumps = { equal: 0x15, atLeast: 0x35, anyBit: 0x45 };

type Instruction = { code: number; taken: number; passed: number; k: number; target: string | null };

/**
 * Assembles a classic BPF program: registers A and X, jumps forward to labels
 * however far they are.
 *
 * Source: linux/filter.h, Documentation/networking/filter.rst.
 */
export class BpfProgram {
  readonly #instructions: Instruction[] = [];
  readonly #labels = new Map<string, number>();

  get length(): number {
    return this.#instructions.length;
  }

  /** A = the octets at `offset`. */
  load(octets: 1 | 2 | 4, offset: number): this {
    return this.#add(absoluteLoads[octets], offset);
  }

  /** A = the octets at X + `offset`. */
  loadFromX(octets: 1 | 2 | 4, offset: number): this {
    return this.#add(indirectLoads[octets], offset);
  }

  /** X = `value`. */
  setX(value: number): this {
    return this.#add(0x01, value);
  }

  /** X = A. */
  moveToX(): this {
    return this.#add(0x07, 0);
  }

  /** A = A `operation` `value`. */
  compute(operation: keyof typeof operations, value: number): this {
    return this.#add(operations[operation], value);
  }

  /** A = A `operation` X. */
  computeX(operation: keyof typeof operations): this {
    return this.#add(operations[operation] | 0x08, 0);
  }

  /** Goes to `label` where A compares so with `value`, else on. */
  jumpIf(comparison: keyof typeof jumps, value: number, label: string): this {
    return this.#add(jumps[comparison], value, 0, 1).jump(label);
  }

  /** Goes to `label` unless A compares so with `value`, else on. */
  jumpUnless(comparison: keyof typeof jumps, value: number, label: string): this {
    return this.#add(jumps[comparison], value, 1, 0).jump(label);
  }

  jump(label: string): this {
    return this.#add(0x05, 0, 0, 0, label);
  }

  return(value: number): this {
    return this.#add(0x06, value);
  }

  label(name: string): this {
    this.#labels.set(name, this.#instructions.length);
    return this;
  }

  /** Each instruction as struct sock_filter: code, jt, jf, k. Our own fault: a label that is not ahead. */
  assemble(): [code: number, taken: number, passed: number, k: number][] {
    return this.#instructions.map(({ code, taken, passed, k, target }, index) => {
      if (target === null) return [code, taken, passed, k];
      const at = this.#labels.get(target);
      if (at === undefined || at <= index) throw new Error(`BPF label ${target} is not ahead`);
      return [code, taken, passed, at - index - 1];
    });
  }

  #add(code: number, k: number, taken = 0, passed = 0, target: string | null = null): this {
    this.#instructions.push({ code, taken, passed, k: k >>> 0, target });
    return this;
  }
}

/** A struct sock_fprog (16 octets) of a program and what it points to, in one piece of memory. */
export function sockFprog(program: BpfProgram): Memory {
  const instructions = program.assemble();
  const memory = new Memory(16 + 8 * instructions.length);
  memory.view.setUint16(0, instructions.length, true);
  memory.setPointer(8, memory.address + 16);
  instructions.forEach(([code, taken, passed, k], index) => {
    const at = 16 + 8 * index;
    memory.view.setUint16(at, code, true);
    memory.view.setUint8(at + 2, taken);
    memory.view.setUint8(at + 3, passed);
    memory.view.setUint32(at + 4, k, true);
  });
  return memory;
}
