/**
 * What a row of the table of hyperparameters holds, one row a step, so that rates may change from
 * step to step without a new program. `rate` is lr / (1 - beta1^t), `root` is
 * 1 / sqrt(1 - beta2^t), `rest1` is 1 - beta1, `rest2` is 1 - beta2, `decay` is 1 - lr * weight
 * decay for AdamW and 1 for Adam, `l2` the weight decay of Adam, `maxNorm` 0 for no clipping,
 * `seedLow` and `seedHigh` integers below 2^24 for dropout.
 */
export const HYPER = [
  "rate",
  "root",
  "beta1",
  "rest1",
  "beta2",
  "rest2",
  "epsilon",
  "decay",
  "l2",
  "maxNorm",
  "seedLow",
  "seedHigh",
] as const;

/** The place of a hyperparameter in its row. */
export const hyperColumn: Readonly<Record<(typeof HYPER)[number], number>> = Object.fromEntries(
  HYPER.map((name, i) => [name, i]),
) as Record<(typeof HYPER)[number], number>;
