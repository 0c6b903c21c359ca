import { loadTensors } from "../../core/backend.ts";
import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { checkSizes, parameters, weightKinds } from "./parameters.ts";

/**
 * Measures the gates of an LSTM before and after training, and for how long its cell remembers.
 *
 * Sources: Karpathy, Johnson & Fei-Fei (2015); Jozefowicz, Zaremba & Sutskever (2015); Tallec &
 * Ollivier (2018).
 */
export const lstmGates: Experiment<typeof parameters> = defineExperiment({
  id: "lstm-gates",
  title: "Inside the gates",
  question: "What do the gates of an LSTM do, and for how long does its cell remember?",
  version: 2,
  parameters,
  hypotheses,
  profiles: {
    quick: { seeds: 3, parameters: { trainingSteps: 300 } },
    full: { seeds: 50, parameters: { trainingSteps: 1000, trainingBatch: 32 } },
  },
  check: checkSizes,
  async run(context) {
    // This comes before networks are created, so that they compute with the ops of TensorFlow.js.
    await loadTensors();
    const { train } = await import("./training.ts");
    const { initialisations, survival } = await import("./survival.ts");
    const { recordSizes, recordLearning, recordStorage } = await import("./record_learning.ts");
    const { recordOverTime, recordMarks, recordGateMeans } = await import("./record_gates.ts");
    const { recordDistributions, recordSaturation, recordTimeScales } = await import(
      "./record_saturation.ts"
    );
    const { recordStates, recordHeatMaps, recordStateStatistics } = await import(
      "./record_states.ts"
    );
    const { recordForgetBias } = await import("./record_survival.ts");
    const { recordRetention } = await import("./record_retention.ts");
    const { recordAblation, recordGradient } = await import("./record_ablation.ts");
    const [joint, separate] = await context.each(
      "training",
      weightKinds.map(([weights]) => weights),
      (weights, part) => train(context, weights, part),
    );
    const kinds = initialisations(context);
    const survivals = await context.each("forget bias", kinds.map(({ name }) => name), (name) => {
      const kind = kinds.find((one) => one.name === name);
      return kind ? survival(context, kind) : [];
    });
    if (!joint || !separate) return;
    const trainings = { joint, separate };
    const measured = kinds.map((kind, i) => ({ ...kind, seeds: survivals[i] ?? [] }));
    recordSizes(context);
    recordLearning(context, joint);
    recordOverTime(context, joint);
    recordMarks(context, joint);
    recordGateMeans(context, trainings);
    recordDistributions(context, joint);
    recordSaturation(context, trainings);
    recordTimeScales(context, joint);
    recordStates(context, joint);
    recordHeatMaps(context, joint);
    recordStateStatistics(context, trainings);
    recordForgetBias(context, measured);
    recordRetention(context, measured);
    recordAblation(context, trainings);
    recordGradient(context, trainings);
    recordStorage(context, trainings);
  },
});
