import type { EpochRecord } from "../../training/training_position.ts";

/** Bits of a loss in nats. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** The last held-out loss, in nats. */
export function last(history: readonly EpochRecord[]): number {
  return history.at(-1)?.validationLoss ?? NaN;
}

/** The size of the test set over that of its training set, in documents. */
export function overlapOf(
  documents: { readonly training: number; readonly heldOut: number } | undefined,
): number {
  return documents ? documents.heldOut / documents.training : NaN;
}

/**
 * Where a falling curve first reaches a level, between its points on a logarithmic axis.
 *
 * @param xs The places of the points, ascending and positive.
 * @param ys The values.
 * @param level The level.
 * @returns The place, or `null` if no point is at or below the level; the first place if that one is.
 */
export function crossing(
  xs: readonly number[],
  ys: readonly number[],
  level: number,
): number | null {
  const after = ys.findIndex((y) => y <= level);
  if (after < 0) return null;
  const [x0 = NaN, x1 = NaN] = [xs[after - 1], xs[after]];
  const [y0 = NaN, y1 = NaN] = [ys[after - 1], ys[after]];
  if (after === 0) return x1;
  return x0 * (x1 / x0) ** ((y0 - level) / (y0 - y1));
}
