import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".csv": "text/csv; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".pdf": "application/pdf",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/**
 * Serves one folder of finished files over HTTP, read only: GET and HEAD,
 * index.html for a folder. Nothing outside the folder is reachable, links
 * included.
 *
 * Errors: the bind error of the system (EADDRINUSE …) rejects.
 */
export async function serveFolder(
  folder: string,
  address: { host: string; port: number },
): Promise<{ port: number; close: () => Promise<void> }> {
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    const refuse = (code: number, text: string): void => {
      response.writeHead(code, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
    };
    void (async () => {
      if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "GET and HEAD only");
      const file = await locate(root, request.url ?? "/");
      if (file === null) return refuse(404, "no such file");
      response.writeHead(200, {
        "content-type": TYPES[extname(file.path)] ?? "application/octet-stream",
        "content-length": file.size,
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self' data:; script-src 'unsafe-inline'",
      });
      if (request.method === "HEAD") return response.end();
      const stream = createReadStream(file.path);
      stream.on("error", () => response.destroy());
      stream.pipe(response);
    })().catch(() => refuse(500, "the file cannot be read"));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound !== null ? bound.port : address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function locate(root: string, url: string): Promise<{ path: string; size: number } | null> {
  let path: string;
  try {
    path = normalize(decodeURIComponent(new URL(url, "http://folder").pathname));
  } catch {
    return null;
  }
  if (path.includes("\0")) return null;
  const within = join(root, path.endsWith("/") ? join(path, "index.html") : path);
  try {
    const real = await realpath(within);
    if (real !== root && !real.startsWith(root + sep)) return null;
    const found = await stat(real);
    return found.isFile() ? { path: real, size: found.size } : null;
  } catch {
    return null;
  }
}
