/**
 * Chromium as a printer: a page as PDF, a drawing as PNG, each by one run of the executable. It gets a home of its own
 * that is thrown away, resolves no name, and is ended when it takes too long.
 */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Names that it goes by, the first found in PATH is taken. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const longestRunMs = 120_000;

/** Path of an executable: the one configured, or the first of the known names in PATH; null where there is none. */
export async function findChromium(configured: string | null, path: string): Promise<string | null> {
  const candidates =
    configured === null
      ? path
          .split(delimiter)
          .flatMap((folder) => (folder === "" ? [] : names.map((name) => join(folder, name))))
      : [configured];
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not there, or not to be run: the next one.
    }
  }
  return null;
}

/** What came of a run: octets, or in a line why there are none. */
export type Printed = { readonly bytes: Uint8Array } | { readonly fault: string };

/** `html`: a page that needs nothing but itself. A4 and margins are those of its own style. */
export function printPdf(executable: string, html: string): Promise<Printed> {
  return run(executable, "page.html", html, "page.pdf", (out) => [
    "--no-pdf-header-footer",
    `--print-to-pdf=${out}`,
  ]);
}

/** `width`, `height`: of the drawing, px; the picture has twice as many. */
export function printPng(executable: string, svg: string, width: number, height: number): Promise<Printed> {
  return run(executable, "figure.svg", svg, "figure.png", (out) => [
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
    `--window-size=${Math.ceil(width)},${Math.ceil(height)}`,
    `--screenshot=${out}`,
  ]);
}

async function run(
  executable: string,
  name: string,
  content: string,
  result: string,
  asked: (out: string) => readonly string[],
): Promise<Printed> {
  const folder = await mkdtemp(join(tmpdir(), "ishizue-print-"));
  try {
    await writeFile(join(folder, name), content);
    const fault = await ended(executable, folder, [
      "--headless",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND",
      // The sandbox does not start under root, and the page is our own, without scripts.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${join(folder, "home")}`,
      ...asked(join(folder, result)),
      pathToFileURL(join(folder, name)).href,
    ]);
    if (fault !== null) return { fault };
    return { bytes: await readFile(join(folder, result)) };
  } catch (error) {
    return {
      fault: `${executable} wrote nothing: ${error instanceof Error ? error.message : String(error)}`,
    };
  } finally {
    // What it leaves running a moment longer may still write into its home.
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function ended(executable: string, home: string, parameters: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      executable,
      parameters,
      {
        timeout: longestRunMs,
        killSignal: "SIGKILL",
        maxBuffer: 1 << 20,
        env: { PATH: process.env["PATH"], HOME: home, TZ: "UTC", LANG: "C.UTF-8" },
      },
      (error) => {
        if (error === null) resolve(null);
        else if (error.killed === true) resolve(`${executable} took longer than ${longestRunMs / 1000} s`);
        else resolve(`${executable} ended with ${error.code ?? error.signal ?? "a fault"}`);
      },
    );
  });
}
