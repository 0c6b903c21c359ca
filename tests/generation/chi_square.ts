/**
 * Computes Pearson's chi-squared statistic of counts against shares; infinite if a class of share 0
 * was drawn. Classes of share 0 are excluded: the degrees of freedom are the number of the others
 * minus 1.
 */
export function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.reduce((sum, count, i) => {
    const wanted = all * (shares[i] ?? 0);
    if (wanted === 0) return count === 0 ? sum : Infinity;
    return sum + (count - wanted) ** 2 / wanted;
  }, 0);
}
