/** The fonts of a page or a drawing: found by what its markup sets in which style, written beside it with their licence. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { unescapeText } from "../markup/markup.ts";
import { type Face, facesOf } from "./face.ts";

/** Elements that the stylesheet sets in 600; whatever else is, stands in one of them. */
const BOLD =
  /<(h1|h2|h3|dt|b|strong)\b[^>]*>[\s\S]*?<\/\1>|<th scope="(?:row|col)group"[^>]*>[^<]*|<text\b[^>]* font-weight="600"[^>]*>[^<]*/g;
const ITALIC = /<i>[^<]*<\/i>/g;

/** Of HTML or SVG of our own writing. Tags count as text: their letters are in the first file anyway. */
export function facesIn(markup: string): Face[] {
  return [
    ...facesOf(unescapeText(markup.replace(ITALIC, "")), { weight: 400, italic: false }),
    ...facesOf(unescapeText((markup.match(BOLD) ?? []).join("")), { weight: 600, italic: false }),
    ...facesOf(unescapeText((markup.match(ITALIC) ?? []).join("")), { weight: 400, italic: true }),
  ];
}

export interface FontFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What stands in `fonts/` for these documents, by name: the licences ask to be there too. */
export async function fontFilesOf(documents: readonly string[]): Promise<FontFile[]> {
  const sources = new Map<string, string>();
  for (const { folder, file } of documents.flatMap(facesIn)) {
    sources.set(`fonts/${file}`, `@fontsource/${folder}/files/${file}`);
    sources.set(`fonts/${folder}-OFL.txt`, `@fontsource/${folder}/LICENSE`);
  }
  const paths = [...sources.keys()].toSorted();
  return Promise.all(
    paths.map(async (path) => ({
      path,
      bytes: await readFile(fileURLToPath(import.meta.resolve(sources.get(path) as string))),
    })),
  );
}
