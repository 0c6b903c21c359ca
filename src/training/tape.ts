import * as tf from "@tensorflow/tfjs";

/**
 * Frees what tfjs keeps for the gradient of a computation that failed on the way: by itself tfjs
 * does so only where the gradient is computed. Within another gradient, which needs it, nothing
 * happens.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}
