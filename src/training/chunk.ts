/** The most steps that `fit` and `train` do in one call into the kernels: batches wait in memory no longer. */
export const CHUNK = 64;
