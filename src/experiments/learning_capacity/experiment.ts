import { loadTensors } from "../../core/backend.ts";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { checkSizes } from "./jobs.ts";
import { parameters } from "./parameters.ts";

/**
 * Compares what RNN, LSTM and GRU learn in equal training: the field's two tests of memory, each
 * network with the best of a grid of learning rates and initial weights; how often training fails,
 * with and without clipping and a schedule; and the three tasks of the notebook in its setting.
 *
 * Sources: Hochreiter & Schmidhuber (1997); Arjovsky, Shah & Bengio (2016); Pascanu, Mikolov &
 * Bengio (2013).
 */
export const learningCapacity: Experiment<typeof parameters> = defineExperiment({
  id: "learning-capacity",
  title: "Learning capacity",
  question: "What do an RNN, an LSTM and a GRU learn in equal training, and how surely?",
  version: 2,
  parameters,
  hypotheses,
  profiles: {
    quick: {
      seeds: 3,
      parameters: {
        ...{ rates: [0.01, 0.03], validationSeeds: 2, addingSteps: 20, trainingSteps: 100 },
        ...{ copyTrainingSteps: 100, stabilityTrainingSteps: 60, divergenceSeeds: 3, epochs: 10 },
      },
    },
    standard: { seeds: 20 },
    full: {
      seeds: 30,
      parameters: {
        ...{ trainingBatch: 8, addingSteps: 100, trainingSteps: 3000, moreLags: [5, 20, 40] },
        ...{ copyTrainingSteps: 3000, stabilitySteps: 10, stabilityTrainingSteps: 1000 },
      },
    },
  },
  check: checkSizes,
  async run(context) {
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const { runMemoryTasks } = await import("./memory_tasks.ts");
    const { recordMemory } = await import("./record_memory.ts");
    const { runMoreSeeds, runStability } = await import("./stability.ts");
    const { recordStability } = await import("./record_stability.ts");
    const { runNotebookTasks } = await import("./notebook_tasks.ts");
    const { recordNotebookTasks } = await import("./record_notebook_tasks.ts");
    // The quick parts are computed first.
    const notebook = await runNotebookTasks(context);
    const stability = await runStability(context);
    const more = await runMoreSeeds(context, stability);
    recordMemory(context, await runMemoryTasks(context));
    recordStability(context, stability, more);
    recordNotebookTasks(context, notebook);
  },
});
