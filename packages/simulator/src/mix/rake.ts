/**
 * Splits every row's total over columns so that the columns' totals come out as given: iterative proportional
 * fitting of `seed`, in place.
 *
 * Shape: `seed` is rows × columns, row-major, positive where octets may go; `rowTotals` and `columnShares`
 * (adding up to 1) are met, rows exactly, columns to about 1e-9 of the total.
 * Source: W. E. Deming, F. F. Stephan, "On a least squares adjustment of a sampled frequency table" (1940).
 */
export function rake(seed: Float64Array, rowTotals: Float64Array, columnShares: Float64Array): void {
  const columns = columnShares.length;
  const rows = rowTotals.length;
  let grand = 0;
  for (const total of rowTotals) grand += total;
  const columnSums = new Float64Array(columns);
  const fitRows = (): void => {
    columnSums.fill(0);
    for (let row = 0; row < rows; row++) {
      const at = row * columns;
      let sum = 0;
      for (let column = 0; column < columns; column++) sum += seed[at + column];
      const factor = sum > 0 ? rowTotals[row] / sum : 0;
      for (let column = 0; column < columns; column++) {
        seed[at + column] *= factor;
        columnSums[column] += seed[at + column];
      }
    }
  };
  fitRows();
  for (let round = 0; round < 60; round++) {
    let worst = 0;
    for (let column = 0; column < columns; column++) {
      const target = columnShares[column] * grand;
      worst = Math.max(worst, Math.abs(columnSums[column] - target));
      const factor = columnSums[column] > 0 ? target / columnSums[column] : 0;
      columnSums[column] = factor;
    }
    if (worst <= 1e-9 * grand) return;
    for (let row = 0; row < rows; row++) {
      const at = row * columns;
      for (let column = 0; column < columns; column++) seed[at + column] *= columnSums[column];
    }
    fitRows();
  }
}
