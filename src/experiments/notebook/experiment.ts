import { loadTensors } from "../../core/backend.ts";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { networkKeys, parameters, textSeeds } from "./parameters.ts";

/**
 * Runs the notebook that this project re-examines with many seeds, and counts how often the
 * notebook's own method reaches the notebook's conclusions. The code is changed only at the lines
 * that crash.
 *
 * Source: fixtures/notebook.md, sections 2 to 6.
 */
export const notebook: Experiment<typeof parameters> = defineExperiment({
  id: "notebook",
  title: "The notebook as written",
  question: "How often does the notebook's own method conclude what the notebook concludes?",
  version: 1,
  parameters,
  hypotheses,
  profiles: {
    quick: { seeds: 3, parameters: { textSeeds: 2 } },
    standard: { seeds: 100 },
    full: { seeds: 300, parameters: { learningSeeds: 100, textSeeds: 30 } },
  },
  async run(context) {
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const { weightGradients, gateSummaries, earlyGradients } = await import("./sections.ts");
    const { learnAll } = await import("./learning.ts");
    const { trainText } = await import("./text.ts");
    const { recordLearning } = await import("./record_learning.ts");
    const { recordText } = await import("./record_text.ts");
    const { recordConclusions } = await import("./record_conclusions.ts");
    const sections = await import("./record_sections.ts");
    const weights = await context.once("section 2", () => weightGradients(context));
    const [gates = [], shut = []] = await context.each(
      "section 3",
      ["as written", "shut"] as const,
      (forget) => gateSummaries(context, forget === "shut" ? "shut" : undefined),
    );
    const [rnn = [], lstm = [], gru = []] = await context.each(
      "section 4.1",
      networkKeys,
      (key) => earlyGradients(context, key),
    );
    const flow = { Vanilla_RNN: rnn, Custom_LSTM: lstm, PyTorch_GRU: gru };
    const learned = await learnAll(context);
    const seeds = textSeeds(context);
    const parts = await context.each(
      "section 5",
      seeds,
      (seed, part) => trainText(context, seed, seed === seeds[0], part),
    );
    await recordConclusions(context, { weights, gates, flow, learned }, parts);
    sections.recordWeights(context, weights);
    sections.recordGates(context, gates, shut);
    sections.recordFlow(context, flow);
    recordLearning(context, learned);
    await recordText(context, parts);
    await sections.recordChecks(context);
  },
});
