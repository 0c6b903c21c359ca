import type { Context } from "./parameters.ts";

/** Records the diagram of the network unfolded in time. */
export function recordUnfolding(context: Context): void {
  context.figure({
    id: "unfolding",
    kind: "drawing",
    drawing: "rnn-unfolding",
    options: { steps: 8 },
    title: "The network, unfolded in time",
    caption:
      "One cell, drawn once for each of 8 steps: the same three weight matrices are used at " +
      "every step. Backpropagation through time runs along the hidden states from right to left.",
    alt: "A recurrent network unfolded over eight time steps. At each step an input x_t enters a " +
      "cell from below, an output y_t leaves it above, and the hidden state h_t passes to the " +
      "cell on its right; h_0 enters the first cell.",
  });
}
