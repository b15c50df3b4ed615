import { FlowRows } from "../flows/rows.ts";
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
    const kept = withAddresses(rows, none, none, none);
    return {
      kept,
      apply: () => {
        kept.rowCount = rows.rowCount;
      },
    };
  }
  if (addressKey === undefined) throw new Error("pseudonymous without a key");
  const cipher = new AddressCipher(addressKey);
  const kept = withAddresses(rows, words(), words(), words());
  return {
    kept,
    apply: () => {
      kept.rowCount = rows.rowCount;
      for (const column of addressColumns) cipher.conceal(rows[column], 0, rows.rowCount, kept[column]);
    },
  };
}

/** Rows with the columns of `rows`, addresses in columns of their own. */
function withAddresses(
  rows: FlowRows,
  srcAddress: Uint32Array,
  dstAddress: Uint32Array,
  nextHop: Uint32Array,
): FlowRows {
  return Object.assign(new FlowRows(0), rows, { srcAddress, dstAddress, nextHop });
}
