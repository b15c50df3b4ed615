/**
 * Chromium as a printer: a page as PDF, a drawing as PNG, all by one process. It gets a home of its own, resolves no
 * name, and is ended when it takes too long.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { DevTools, PrintFault } from "./devtools.ts";

/** Names that it goes by, the first found in PATH is taken. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** For one page or drawing. */
const longestPrintMs = 120_000;
/** For going when asked to. */
const longestEndMs = 5_000;

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

/** Resolves when the page is there with all its fonts: they come when a text asks for them, which its load does not wait for. */
const WHOLE = `new Promise((resolve) => document.readyState === "complete" ? resolve() : addEventListener("load", resolve))
  .then(() => Promise.allSettled([...document.fonts].map((face) => face.load())))
  .then(() => 0)`;

/** A running Chromium. Every print ends in its octets or in a PrintFault; after a fault of time it is gone. */
export class Chromium {
  readonly #executable: string;
  readonly #child: ChildProcess;
  readonly #tools: DevTools;
  readonly #gone: Promise<void>;

  /** `home`: an empty folder, its to fill. It is `close` that ends it. */
  constructor(executable: string, home: string) {
    this.#executable = executable;
    this.#child = spawn(
      executable,
      [
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        // The sandbox does not start under root, and the page is our own, without scripts.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        `--user-data-dir=${home}`,
        // A PDF names it as its creator.
        "--user-agent=ishizue",
        "--remote-debugging-pipe",
      ],
      {
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        env: { PATH: process.env["PATH"], HOME: home, TZ: "UTC", LANG: "C.UTF-8" },
      },
    );
    const [, , , to, from] = this.#child.stdio;
    this.#tools = new DevTools(to as Writable, from as Readable);
    this.#gone = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#tools.end(new PrintFault(`${executable} ${how}`));
        resolve();
      };
      this.#child.once("error", ({ message }) => end(`could not be started: ${message}`));
      this.#child.once("exit", (code, signal) => end(`ended with ${code ?? signal} before it had printed`));
    });
  }

  /** `url`: of a page whose own style has the size of the paper and its margins. Tagged, with an outline of its headings. */
  printPdf(url: string): Promise<Uint8Array> {
    return this.#inTab(url, async (send) => {
      const { data } = await send("Page.printToPDF", {
        preferCSSPageSize: true,
        printBackground: true,
        generateTaggedPDF: true,
        generateDocumentOutline: true,
      });
      return Buffer.from(String(data), "base64");
    });
  }

  /** `width`, `height`: of the drawing, px; the picture has twice as many. */
  printPng(url: string, width: number, height: number): Promise<Uint8Array> {
    return this.#inTab(url, async (send) => {
      await send("Emulation.setDeviceMetricsOverride", {
        width: Math.ceil(width),
        height: Math.ceil(height),
        deviceScaleFactor: 2,
        mobile: false,
      });
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      return Buffer.from(String(data), "base64");
    });
  }

  /** Resolves when it is gone. */
  async close(): Promise<void> {
    void this.#tools.send("Browser.close").catch(() => {});
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), longestEndMs);
    await this.#gone;
    clearTimeout(timer);
  }

  /** At once, and without being asked. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #inTab(
    url: string,
    print: (
      send: (method: string, params?: object) => Promise<Readonly<Record<string, unknown>>>,
    ) => Promise<Buffer>,
  ): Promise<Uint8Array> {
    const timer = setTimeout(() => {
      this.#tools.end(new PrintFault(`${this.#executable} took longer than ${longestPrintMs / 1000} s`));
      this.kill();
    }, longestPrintMs);
    try {
      const { targetId } = await this.#tools.send("Target.createTarget", { url: "about:blank" });
      const attached = await this.#tools.send("Target.attachToTarget", { targetId, flatten: true });
      const sessionId = String(attached["sessionId"]);
      const send = (method: string, params?: object) => this.#tools.send(method, params, sessionId);
      const { errorText } = await send("Page.navigate", { url });
      if (typeof errorText === "string")
        throw new PrintFault(`${this.#executable} could not open the page: ${errorText}`);
      await send("Runtime.evaluate", { expression: WHOLE, awaitPromise: true });
      const octets = await print(send);
      await this.#tools.send("Target.closeTarget", { targetId });
      return octets;
    } finally {
      clearTimeout(timer);
    }
  }
}
