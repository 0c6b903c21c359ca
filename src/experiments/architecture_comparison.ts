import { checkSizes, parameters } from "./architecture_comparison/parameters.ts";
import { defineExperiment, type Experiment } from "./experiment.ts";

/**
 * How far back the gradients of RNN, LSTM and GRU reach, at what size and cost, and what a
 * tutorial's own measure of it shows.
 *
 * Sources: Hochreiter & Schmidhuber (1997); Cho et al. (2014); Pascanu, Mikolov & Bengio (2013).
 */
export const architectureComparison: Experiment<typeof parameters> = defineExperiment({
  id: "architecture-comparison",
  title: "Three architectures",
  question: "How far back do the gradients of an RNN, an LSTM and a GRU reach, and at what cost?",
  version: 1,
  parameters,
  profiles: {
    quick: { seeds: 3, parameters: { lengths: [5, 10, 20, 50], repeats: 2 } },
    full: { seeds: 30, parameters: { repeats: 20 } },
  },
  check: checkSizes,
  async run(context) {
    const { contendersOf } = await import("./contenders.ts");
    const { measureGradients } = await import("./architecture_comparison/measure.ts");
    const { measureCost } = await import("./architecture_comparison/cost.ts");
    const { recordLags } = await import("./architecture_comparison/lags.ts");
    const { recordDecay } = await import("./architecture_comparison/decay.ts");
    const { recordPlaces } = await import("./architecture_comparison/places.ts");
    const { recordVariability } = await import("./architecture_comparison/variability.ts");
    const { recordParameters } = await import("./architecture_comparison/sizes.ts");
    const { recordCost } = await import("./architecture_comparison/record_cost.ts");
    const all = contendersOf(context.parameters);
    const measured = await measureGradients(context, all);
    const costs = await measureCost(context, all);
    recordLags(context, measured);
    recordDecay(context, measured);
    recordPlaces(context, measured);
    recordVariability(context, measured);
    recordParameters(context, all);
    recordCost(context, costs);
  },
});
