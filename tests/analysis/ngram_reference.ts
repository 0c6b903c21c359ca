/**
 * Interpolated Kneser-Ney smoothing by its definitions, slowly: each count searches all sequences.
 */
export function referenceProbability(
  sequences: readonly (readonly number[])[],
  ids: readonly number[],
  order: number,
  context: readonly number[],
  id: number,
): number {
  const tail = order <= 1 ? [] : context.slice(-(order - 1));
  return smoothed(sequences, ids, order, tail, id);
}

type Sequences = readonly (readonly number[])[];

function smoothed(
  sequences: Sequences,
  ids: readonly number[],
  order: number,
  context: readonly number[],
  id: number,
): number {
  const [, ...shorter] = context;
  const lower = () =>
    context.length > 0
      ? smoothed(sequences, ids, order, shorter, id)
      : ids.includes(id)
      ? 1 / ids.length
      : 0;
  if (order === 0) return lower();
  const counts = new Map<number, number>();
  for (const ngram of ngramsOf(sequences, context.length + 1)) {
    if (!context.every((wanted, i) => ngram[i] === wanted)) continue;
    const count = modifiedCount(sequences, order, ngram);
    if (count > 0) counts.set(ngram[context.length] ?? NaN, count);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return lower();
  const discount = discountOf(sequences, order, context.length + 1);
  const own = Math.max((counts.get(id) ?? 0) - discount, 0) / total;
  return own + discount * counts.size / total * lower();
}

function discountOf(sequences: Sequences, order: number, length: number): number {
  const counts = ngramsOf(sequences, length).map((ngram) => modifiedCount(sequences, order, ngram));
  const n1 = Math.max(1, counts.filter((count) => count === 1).length);
  const n2 = Math.max(1, counts.filter((count) => count === 2).length);
  return n1 / (n1 + 2 * n2);
}

function modifiedCount(sequences: Sequences, order: number, ngram: readonly number[]): number {
  let found = 0;
  const before = new Set<number>();
  for (const sequence of sequences) {
    for (let start = 0; start + ngram.length <= sequence.length; start++) {
      if (!ngram.every((id, i) => sequence[start + i] === id)) continue;
      if (start + ngram.length === 1) continue;
      if (ngram.length === order || start === 0) found++;
      else before.add(sequence[start - 1] ?? NaN);
    }
  }
  return found + before.size;
}

/** The different n-grams of a length. */
function ngramsOf(sequences: Sequences, length: number): number[][] {
  const found = new Map<string, number[]>();
  for (const sequence of sequences) {
    for (let start = 0; start + length <= sequence.length; start++) {
      const ngram = sequence.slice(start, start + length);
      found.set(ngram.join(), ngram);
    }
  }
  return [...found.values()];
}
