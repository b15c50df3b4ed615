import type { FlowRows } from "../flows/rows.ts";
import { AddressCipher } from "./address-cipher.ts";
import type { PrivacyProfile } from "./profile.ts";

/** What is written instead of the rows that came in. */
export interface Concealment {
  /** Rows that share every column with `rows` but the addresses; for the rows' life. */
  readonly kept: FlowRows;
  /** Makes `kept` say of rows [0, rowCount) what may be written of them. */
  apply(): void;
}

const addressColumns = ["srcAddress", "dstAddress", "nextHop"] as const;

/**
 * What `profile` lets be written of `rows`: null where that is all of them.
 * Made anew when a column of `rows` is replaced. `addressKey` is needed by
 * `pseudonymous` alone.
 */
export function concealmentOf(
  profile: PrivacyProfile,
  rows: FlowRows,
  addressKey: Uint8Array | undefined,
): Concealment | null {
  if (profile === "full") return null;
  const words = () => new Uint32Array(4 * rows.capacity);
  if (profile === "rollups-only") {
    const none = words();
    const kept: FlowRows = { ...rows, srcAddress: none, dstAddress: none, nextHop: none };
    return {
      kept,
      apply: () => {
        kept.rowCount = rows.rowCount;
      },
    };
  }
  if (addressKey === undefined) throw new Error("pseudonymous without a key");
  const cipher = new AddressCipher(addressKey);
  const kept: FlowRows = { ...rows, srcAddress: words(), dstAddress: words(), nextHop: words() };
  return {
    kept,
    apply: () => {
      kept.rowCount = rows.rowCount;
      for (const column of addressColumns) cipher.conceal(rows[column], 0, rows.rowCount, kept[column]);
    },
  };
}
