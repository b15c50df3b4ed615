import { Unattributed } from "@ishizue/ledger";
import { Attribution, type FlowRows } from "@ishizue/store";

/** Attribution codes by what the look-ups of both ends said where neither has a line: Unattributed codes without their signs. */
export const attributions = Uint8Array.from({ length: 16 }, (_, index) =>
  reason(-(index >> 2), -(index & 3)),
);

/** Why there is no line where there is none at either end. Returns the rows with a line. */
export function attribute(rows: Pick<FlowRows, "lineIn" | "lineOut" | "attribution">, count: number): number {
  const { lineIn, lineOut, attribution } = rows;
  let attributed = 0;
  for (let row = 0; row < count; row++) {
    const source = lineIn[row];
    const destination = lineOut[row];
    if ((source & destination) < 0) {
      attribution[row] = attributions[4 * -source - destination];
    } else {
      attribution[row] = Attribution.attributed;
      attributed++;
    }
  }
  return attributed;
}

/** Why neither end has a line: the reason nearest to having one wins. */
function reason(source: number, destination: number): number {
  if (source === Unattributed.otherTime || destination === Unattributed.otherTime)
    return Attribution.otherTime;
  if (source === Unattributed.outsideCustomerSpace && destination === Unattributed.outsideCustomerSpace) {
    return Attribution.outside;
  }
  return Attribution.noLease;
}
