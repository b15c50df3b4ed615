import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Whether a request carries the engine's credential, in any of the places that
 * the ClickHouse HTTP interface knows: Basic authorization, X-ClickHouse-User
 * and -Key, `user` and `password` in the URL. Compared in constant time.
 */
export class Credential {
  readonly #expected: Buffer;

  constructor(user: string, password: string) {
    this.#expected = digest(user, password);
  }

  admits(request: IncomingMessage, url: URLSearchParams): boolean {
    const [user, password] = given(request, url);
    return timingSafeEqual(digest(user, password), this.#expected);
  }
}

function given(request: IncomingMessage, url: URLSearchParams): [string, string] {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1] ?? "";
    const text = Buffer.from(encoded, "base64").toString();
    const colon = text.indexOf(":");
    return [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  }
  const user = request.headers["x-clickhouse-user"];
  if (user !== undefined) return [String(user), String(request.headers["x-clickhouse-key"] ?? "")];
  return [url.get("user") ?? "", url.get("password") ?? ""];
}

function digest(user: string, password: string): Buffer {
  return createHash("sha256").update(user).update("\0").update(password).digest();
}
