import { loadTensors } from "../../core/backend.ts";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { type Context, parameters } from "./parameters.ts";

/**
 * Measures how far back the gradient of a vanilla RNN reaches, compares measurements of it, and
 * tests whether the mean-field theory of wide networks predicts it.
 *
 * Sources: Bengio, Simard & Frasconi (1994); Pascanu, Mikolov & Bengio (2013); Chen, Pennington &
 * Schoenholz (2018).
 */
export const vanishingGradients: Experiment<typeof parameters> = defineExperiment({
  id: "vanishing-gradients",
  title: "Vanishing gradients",
  question:
    "How far back does the gradient of a vanilla RNN reach, what shows it, and what predicts it?",
  version: 2,
  parameters,
  hypotheses,
  profiles: {
    quick: { seeds: 3, parameters: { widths: [20, 100] } },
    standard: { seeds: 30 },
    full: { seeds: 100, parameters: { lengths: [5, 10, 15, 20, 25, 30, 35, 40, 60, 80, 100] } },
  },
  async run(context) {
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const measure = await import("./networks.ts");
    const { recordLengths } = await import("./lengths.ts");
    const { recordLags } = await import("./lags.ts");
    const { recordGains } = await import("./gains.ts");
    const { recordContraction } = await import("./gains.ts");
    const { recordSpectrum } = await import("./spectrum.ts");
    const { predictions, wideNetworks } = await import("./wide_networks.ts");
    const { recordTheory } = await import("./theory.ts");
    const { seeds } = context;
    const networks = await context.each(
      "default initialisation",
      seeds,
      (seed) => measure.defaultNetwork(context, seed),
    );
    const gains = await context.each("gains", seeds, (seed) => measure.gains(context, seed));
    const contractions = await context.each(
      "contraction",
      seeds,
      (seed) => measure.contraction(context, seed),
    );
    const predicted = predictions(context);
    const wide = await context.each(
      "widths",
      seeds,
      (seed) => wideNetworks(context, seed, predicted),
    );
    recordUnfolding(context);
    recordLags(context, networks);
    recordGains(context, gains);
    recordContraction(context, contractions, gains);
    recordTheory(context, predicted, wide, networks);
    recordLengths(context, networks);
    recordSpectrum(context, networks);
  },
});

/** Records the diagram of the network unfolded in time. */
function recordUnfolding(context: Context): void {
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
