/**
 * Pearson's statistic of counts against shares; infinite where something came that never should.
 * It leaves out classes of share 0, so the degrees of freedom are the others less one.
 */
export function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.reduce((sum, count, i) => {
    const wanted = all * (shares[i] ?? 0);
    if (wanted === 0) return count === 0 ? sum : Infinity;
    return sum + (count - wanted) ** 2 / wanted;
  }, 0);
}
