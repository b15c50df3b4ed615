import { readFileSync } from "node:fs";
import { hostIsLittleEndian, networkWord, parseAddress } from "@ishizue/wire";

/**
 * Datagrams that the kernel dropped because a socket's receive buffer was full,
 * from the text of /proc/net/udp or udp6: the sum over sockets bound to
 * `address` and `port`; null where there is none.
 *
 * Source: proc_net(5) and net/ipv4/udp.c: local_address is the address words as
 * the host reads them and the port, both in hexadecimal; drops is the last
 * column.
 */
export function parseKernelDrops(text: string, address: string, port: number): number | null {
  const local = localAddressText(address, port);
  let drops: number | null = null;
  for (const line of text.split("\n").slice(1)) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] === local) drops = (drops ?? 0) + Number(columns.at(-1));
  }
  return drops;
}

/** Reads the drops of one bound socket now; null where the system has no such table. */
export function readKernelDrops(address: string, port: number, procNet = "/proc/net"): number | null {
  try {
    const table = address.includes(":") ? "udp6" : "udp";
    return parseKernelDrops(readFileSync(`${procNet}/${table}`, "utf8"), address, port);
  } catch {
    return null;
  }
}

function localAddressText(address: string, port: number): string {
  const words = new Uint32Array(4);
  parseAddress(address, words, 0);
  const used = address.includes(":") ? [...words] : [words[3]];
  const text = used.map((word) => hex(hostIsLittleEndian ? word : networkWord(word), 8)).join("");
  return `${text}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
