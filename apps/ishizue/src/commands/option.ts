import { InvalidArgumentError } from "commander";

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return port;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError("a whole number from 1 is needed.");
  }
  return count;
}

/** "host:port", "[2001:db8::1]:port" or a port alone on 127.0.0.1. */
export function parseEndpoint(text: string): { host: string; port: number } {
  const match = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("write it as host:port.");
  return { host: match[1] ?? match[2] ?? "127.0.0.1", port: parsePort(match[3] ?? "") };
}

export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
