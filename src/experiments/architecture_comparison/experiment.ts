import { loadTensors } from "../../core/backend.ts";
import { checkSizes, parameters } from "./parameters.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";

/**
 * Measures how far back the gradients of RNN, LSTM and GRU reach before and during training, and
 * whether this predicts learning. Also measures the sizes and costs of the networks, and examines
 * the measure of the notebook's code.
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
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const { candidatesOf } = await import("../architectures.ts");
    const { measureGradients, measureNotebook } = await import("./measure.ts");
    const { trainStudents } = await import("./train.ts");
    const { measureCost } = await import("./cost.ts");
    const { recordLags, recordDecay } = await import("./record_decay.ts");
    const { recordReach } = await import("./record_reach.ts");
    const { recordDuring } = await import("./record_training.ts");
    const { recordPremise } = await import("./record_premise.ts");
    const { recordPrediction } = await import("./record_prediction.ts");
    const { recordPlaces, recordVariability } = await import("./record_notebook.ts");
    const { recordParameters, recordCost } = await import("./record_cost.ts");
    const all = candidatesOf(context.parameters);
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
