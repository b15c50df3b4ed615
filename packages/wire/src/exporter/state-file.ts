import { crc32 } from "node:zlib";
import type { ExporterState } from "./state.ts";

/** The state of one exporter with the address that it is known by. */
export type AddressedState = { readonly address: string; readonly state: ExporterState };

/**
 * What a file of exporters' states turned out to be.
 *
 * - `states`: whole.
 * - `empty`: no octets: a file that was only just made.
 * - `foreign`: no file of this kind.
 * - `newer`: of a version that is not known here.
 * - `torn`: it ends too early, or something in it was changed: not used at all.
 */
export type StateFile =
  | { readonly status: "states"; readonly states: readonly AddressedState[] }
  | { readonly status: "empty" | "foreign" | "newer" | "torn" };

const magic = "ishizue exporters";
const version = 1;

/**
 * The states of any number of exporters as the octets of one file: a line of
 * text that names the format, its version, the octets that follow and their
 * CRC-32, then JSON. To be written beside the old file and renamed over it.
 */
export function encodeStates(states: readonly AddressedState[]): Uint8Array {
  const body = new TextEncoder().encode(JSON.stringify(states));
  const head = new TextEncoder().encode(headLine(body));
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** What `encodeStates` wrote. Never throws on any octets; what the states hold is checked when they are restored. */
export function decodeStates(bytes: Uint8Array): StateFile {
  if (bytes.length === 0) return { status: "empty" };
  const end = bytes.subarray(0, 100).indexOf(10);
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? 100 : end));
  if (!line.startsWith(magic.slice(0, line.length)) || (end >= 0 && !line.startsWith(magic))) {
    return { status: "foreign" };
  }
  if (end < 0) return { status: "torn" };
  const told = /^(\d+)/.exec(line.slice(magic.length + 1));
  if (told !== null && Number(told[1]) > version) return { status: "newer" };
  const body = bytes.subarray(end + 1);
  if (`${line}\n` !== headLine(body)) return { status: "torn" };
  return { status: "states", states: statesOf(new TextDecoder().decode(body)) };
}

function headLine(body: Uint8Array): string {
  return `${magic} ${version} ${body.length} ${crc32(body).toString(16).padStart(8, "0")}\n`;
}

function statesOf(text: string): AddressedState[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter(isAddressed);
}

function isAddressed(value: unknown): value is AddressedState {
  const { address, state } = Object(value) as { address?: unknown; state?: unknown };
  return typeof address === "string" && typeof state === "object" && state !== null;
}
