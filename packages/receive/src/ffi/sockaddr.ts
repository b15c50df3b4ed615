import { hostIsLittleEndian, mappedWord, parseAddress } from "@ishizue/wire";
import { AF_INET, AF_INET6 } from "./constants.ts";
import { libc } from "./libc.ts";
import { Memory } from "./memory.ts";

/** sizeof(struct sockaddr_in6), the longer of the two. */
export const sockaddrOctets = 28;
/** Offsets of the address in struct sockaddr_in and sockaddr_in6; the port is at 2 in both. */
export const inAddressOffset = 4;
export const in6AddressOffset = 8;
const scopeOffset = 24;

/**
 * A struct sockaddr_in or sockaddr_in6 of an address in text (`fe80::1%eth0` too) and a port.
 *
 * Errors: TypeError where `host` is no address.
 */
export function sockaddr(host: string, port: number): { memory: Memory; length: number; family: number } {
  const words = new Uint32Array(4);
  const [address, zone] = host.split("%");
  if (!parseAddress(address, words, 0)) throw new TypeError(`${host} is not an address`);
  const memory = new Memory(sockaddrOctets);
  const six = host.includes(":");
  memory.view.setUint16(0, six ? AF_INET6 : AF_INET, true);
  memory.view.setUint16(2, port, false);
  if (six) words.forEach((word, index) => setWord(memory.view, in6AddressOffset + 4 * index, word));
  else setWord(memory.view, inAddressOffset, words[3]);
  if (zone !== undefined) memory.view.setUint32(scopeOffset, interfaceIndex(zone), true);
  return { memory, length: six ? 28 : 16, family: six ? AF_INET6 : AF_INET };
}

/** The number of a network interface, 0 where there is none of that name. */
export function interfaceIndex(name: string): number {
  const memory = new Memory(16);
  // IFNAMSIZ: 15 octets and the terminator.
  new TextEncoder().encodeInto(name, memory.bytes.subarray(0, 15));
  const index = libc().if_nametoindex(memory.address);
  memory.free();
  return index;
}

/** Writes an address word so that its octets lie in network order. */
export function setWord(view: DataView, offset: number, word: number): void {
  view.setUint32(offset, word, hostIsLittleEndian);
}

/** The address words that a struct sockaddr holds, IPv4 mapped, and its port. */
export function readSockaddr(view: DataView): { words: Uint32Array; port: number } {
  const words = Uint32Array.of(0, 0, mappedWord, 0);
  if (view.getUint16(0, true) === AF_INET) words[3] = view.getUint32(inAddressOffset, hostIsLittleEndian);
  else {
    for (let index = 0; index < 4; index++) {
      words[index] = view.getUint32(in6AddressOffset + 4 * index, hostIsLittleEndian);
    }
  }
  return { words, port: view.getUint16(2, false) };
}
