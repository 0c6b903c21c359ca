/** Steps that `fit` trains in one call into the kernels: batches wait in memory no longer than this. */
export const CHUNK = 64;
