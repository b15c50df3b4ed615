import type { ObservationDomain } from "../template/domain.ts";
import { setKind, SetKind } from "./kind.ts";

/**
 * How many rows the sets in [offset, end) can append at most; exact for
 * fixed-length templates that the message itself does not touch. `heldOctets`
 * wait for templates: they, and sets that will wait, count where the message
 * brings any.
 */
export function rowsAtMost(
  view: DataView,
  offset: number,
  end: number,
  netflow9: boolean,
  domain: ObservationDomain | undefined,
  heldOctets: number,
): number {
  let rows = 0;
  let templatesChange = false;
  while (end - offset >= 4) {
    const id = view.getUint16(offset);
    const length = view.getUint16(offset + 2);
    if (length < 4) break;
    const octets = Math.min(length, end - offset) - 4;
    if (setKind(id, netflow9) !== SetKind.data) {
      templatesChange = true;
    } else if (templatesChange) {
      rows += 2 * octets;
    } else {
      const template = domain?.templates.get(id);
      if (template === undefined) {
        heldOctets += octets;
      } else if (!template.isOptions) {
        const records = Math.floor(octets / template.minimumLength);
        rows += records * template.rowsPerRecord;
      }
    }
    offset += length;
  }
  return templatesChange ? rows + 2 * heldOctets : rows;
}
