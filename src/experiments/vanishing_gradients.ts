import { defineExperiment, type Experiment } from "./experiment.ts";
import { parameters } from "./vanishing_gradients/parameters.ts";

/**
 * How far back the gradient of a vanilla RNN reaches, and which measurement shows it.
 *
 * Sources: Bengio, Simard & Frasconi (1994); Pascanu, Mikolov & Bengio (2013).
 */
export const vanishingGradients: Experiment<typeof parameters> = defineExperiment({
  id: "vanishing-gradients",
  title: "Vanishing gradients",
  question: "How far back does the gradient of a vanilla RNN reach, and what shows it?",
  version: 1,
  parameters,
  profiles: {
    full: { seeds: 30, parameters: { lengths: [5, 10, 15, 20, 25, 30, 35, 40, 60, 80, 100] } },
  },
  async run(context) {
    const measure = await import("./vanishing_gradients/measure.ts");
    const { recordLengths } = await import("./vanishing_gradients/lengths.ts");
    const { recordLags } = await import("./vanishing_gradients/lags.ts");
    const { recordGains } = await import("./vanishing_gradients/gains.ts");
    const { recordContraction } = await import("./vanishing_gradients/contraction.ts");
    const { recordSpectrum } = await import("./vanishing_gradients/spectrum.ts");
    const { recordUnfolding } = await import("./vanishing_gradients/unfolding.ts");
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
    recordUnfolding(context);
    recordLags(context, networks);
    recordGains(context, gains);
    recordContraction(context, contractions);
    recordLengths(context, networks);
    recordSpectrum(context, networks);
  },
});
