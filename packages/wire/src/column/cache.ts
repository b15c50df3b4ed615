import { sectionColumns } from "../section/columns.ts";
import type { Template } from "../template/template.ts";
import { compileColumns } from "./compile.ts";
import type { ColumnDecoder } from "./decoder.ts";

/**
 * Compiled column decoders by layout, so that a thousand exporters with the
 * same template, or one that sends it anew, share one piece of code.
 *
 * Bounded: past `limit` layouts the one compiled first is forgotten, and
 * compiled again when a template of it is met again: five kilobytes a layout
 * are too much for what anyone may send by the hundred thousand.
 */
export class ColumnDecoderCache {
  readonly #limit: number;
  readonly #decoders = new Map<string, ColumnDecoder>();

  constructor(limit: number) {
    this.#limit = Math.max(limit, 1);
  }

  get size(): number {
    return this.#decoders.size;
  }

  of(template: Template): ColumnDecoder {
    const layout =
      (template.netflow9 ? "9" : "10") +
      template.fields.map((field) => `,${field.enterprise}:${field.id}:${field.length}`).join("");
    let decoder = this.#decoders.get(layout);
    if (decoder === undefined) {
      decoder = sectionColumns(template, compileColumns) ?? compileColumns(template);
      if (this.#decoders.size >= this.#limit) {
        const first = this.#decoders.keys().next().value;
        if (first !== undefined) this.#decoders.delete(first);
      }
      this.#decoders.set(layout, decoder);
    }
    return decoder;
  }
}
