import { checkSizes, parameters } from "./architecture_comparison/parameters.ts";
import hypotheses from "./architecture_comparison/hypotheses.json" with { type: "json" };
import { defineExperiment, type Experiment } from "./experiment.ts";

/**
 * How far back the gradients of RNN, LSTM and GRU reach before and during training, whether that
 * predicts what they learn, at what size and cost, and what the measure of a notebook's code shows.
 *
 * Sources: Hochreiter & Schmidhuber (1997); Chung et al. (2014); Pascanu, Mikolov & Bengio (2013).
 */
export const architectureComparison: Experiment<typeof parameters> = defineExperiment({
  id: "architecture-comparison",
  title: "Three architectures",
  question:
    "How far back do the gradients of an RNN, an LSTM and a GRU reach, and does it predict which learns?",
  version: 2,
  parameters,
  hypotheses,
  profiles: {
    quick: {
      seeds: 3,
      parameters: {
        ...{ lengths: [5, 10, 20, 30], repeats: 2, notebookSeeds: 3, addingSteps: 20, probes: 2 },
        ...{ trainingSteps: 60, checkpointEvery: 20 },
        ...{ decayAt: 20, lossAt: 40, gruDecayAt: 20, gruLossAt: 40 },
      },
    },
    full: { seeds: 100, parameters: { repeats: 30 } },
  },
  check: checkSizes,
  async run(context) {
    const { contendersOf } = await import("./contenders.ts");
    const { measureGradients } = await import("./architecture_comparison/measure.ts");
    const { measureNotebook } = await import("./architecture_comparison/notebook_measure.ts");
    const { trainStudents } = await import("./architecture_comparison/train.ts");
    const { measureCost } = await import("./architecture_comparison/cost.ts");
    const { recordLags } = await import("./architecture_comparison/lags.ts");
    const { recordDecay } = await import("./architecture_comparison/decay.ts");
    const { recordReach } = await import("./architecture_comparison/reach.ts");
    const { recordDuring } = await import("./architecture_comparison/during.ts");
    const { recordPremise } = await import("./architecture_comparison/premise.ts");
    const { recordPrediction } = await import("./architecture_comparison/prediction.ts");
    const { recordPlaces } = await import("./architecture_comparison/places.ts");
    const { recordVariability } = await import("./architecture_comparison/variability.ts");
    const { recordParameters } = await import("./architecture_comparison/sizes.ts");
    const { recordCost } = await import("./architecture_comparison/record_cost.ts");
    const all = contendersOf(context.parameters);
    const measured = await measureGradients(context, all);
    const notebook = await measureNotebook(context);
    const trained = await trainStudents(context);
    const costs = await measureCost(context, all);
    recordLags(context, measured);
    recordDecay(context, measured);
    recordReach(context, measured, trained);
    recordDuring(context, trained);
    recordPremise(context, trained);
    recordPrediction(context, trained);
    recordPlaces(context, notebook);
    recordVariability(context, notebook);
    recordParameters(context, all);
    recordCost(context, costs);
  },
});
