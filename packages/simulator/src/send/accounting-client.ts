import type { Socket } from "node:dgram";
import { checkAccountingResponse, decodeRadius, encodeAccountingRequest, RadiusCode } from "@ishizue/wire";
import type { AccountingFields } from "../lease/accounting.ts";
import { SendFault } from "./fault.ts";

interface Pending {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  attempts: number;
  nextMs: number;
}

/** Requests waiting for their answer at once, at most: the identifier has 8 bits. */
const mostPending = 128;
const tickMs = 50;
const firstWaitMs = 400;
const longestWaitMs = 4000;

/**
 * A NAS that sends Accounting-Requests from one connected socket and repeats each, octet for octet, until its
 * Accounting-Response comes.
 *
 * Outcomes: `send` resolves when the response is there, rejects with a SendFault after `attempts` tries.
 * Responses that do not fit a request or its authenticator are ignored and counted.
 * Source: RFC 2866 sections 2 and 3, RFC 5080 section 2.2.1 for the back-off.
 */
export class AccountingClient {
  sent = 0;
  retransmitted = 0;
  ignored = 0;
  readonly #socket: Socket;
  readonly #secret: Uint8Array;
  readonly #attempts: number;
  readonly #pending = new Map<number, Pending>();
  readonly #waiting: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #identifier = 0;

  constructor(socket: Socket, secret: string, attempts: number) {
    this.#socket = socket;
    this.#secret = new TextEncoder().encode(secret);
    this.#attempts = attempts;
    socket.on("message", (bytes) => this.#receive(bytes));
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  async send(fields: AccountingFields): Promise<void> {
    while (this.#pending.size >= mostPending)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    while (this.#pending.has(this.#identifier)) this.#identifier = (this.#identifier + 1) & 255;
    const identifier = this.#identifier;
    this.#identifier = (identifier + 1) & 255;
    const bytes = encodeAccountingRequest({ ...fields, identifier, secret: this.#secret });
    await new Promise<void>((resolve, reject) => {
      this.#pending.set(identifier, {
        bytes,
        resolve,
        reject,
        attempts: 1,
        nextMs: Date.now() + firstWaitMs,
      });
      this.sent++;
      this.#socket.send(bytes);
    });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { reject } of this.#pending.values()) {
      reject(new SendFault("accounting-silent", "closed before the Accounting-Response came"));
    }
    this.#pending.clear();
  }

  #receive(bytes: Uint8Array): void {
    const outcome = decodeRadius(bytes);
    const pending = outcome.status === "decoded" ? this.#pending.get(outcome.packet.identifier) : undefined;
    if (
      outcome.status !== "decoded" ||
      pending === undefined ||
      outcome.packet.code !== RadiusCode.accountingResponse ||
      !checkAccountingResponse(outcome.packet, pending.bytes.subarray(4, 20), this.#secret)
    ) {
      this.ignored++;
      return;
    }
    this.#pending.delete(outcome.packet.identifier);
    pending.resolve();
    this.#waiting.shift()?.();
  }

  #tick(): void {
    const now = Date.now();
    for (const [identifier, pending] of this.#pending) {
      if (pending.nextMs > now) continue;
      if (pending.attempts >= this.#attempts) {
        this.#pending.delete(identifier);
        this.#waiting.shift()?.();
        pending.reject(
          new SendFault(
            "accounting-silent",
            `no Accounting-Response after ${pending.attempts} requests; check the accounting server's address and the shared secret`,
          ),
        );
        continue;
      }
      const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** pending.attempts);
      pending.attempts++;
      pending.nextMs = now + wait;
      this.retransmitted++;
      this.#socket.send(pending.bytes);
    }
  }
}
