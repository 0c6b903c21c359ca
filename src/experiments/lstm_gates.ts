import { defineExperiment, type Experiment } from "./experiment.ts";
import hypotheses from "./lstm_gates/hypotheses.json" with { type: "json" };
import { weightKinds } from "./lstm_gates/kinds.ts";
import { checkSizes, parameters } from "./lstm_gates/parameters.ts";

/**
 * What the gates of an LSTM do, before and after training, and for how long its cell remembers.
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
    const { train } = await import("./lstm_gates/training.ts");
    const { initialisations, survival } = await import("./lstm_gates/survival.ts");
    const { recordSizes } = await import("./lstm_gates/sizes.ts");
    const { recordLearning } = await import("./lstm_gates/learning.ts");
    const { recordOverTime } = await import("./lstm_gates/over_time.ts");
    const { recordMarks } = await import("./lstm_gates/marks.ts");
    const { recordGateMeans } = await import("./lstm_gates/gate_means.ts");
    const { recordDistributions } = await import("./lstm_gates/distributions.ts");
    const { recordSaturation } = await import("./lstm_gates/saturation.ts");
    const { recordTimeScales } = await import("./lstm_gates/time_scales.ts");
    const { recordStates } = await import("./lstm_gates/states.ts");
    const { recordHeatMaps } = await import("./lstm_gates/heat_maps.ts");
    const { recordStateStatistics } = await import("./lstm_gates/state_statistics.ts");
    const { recordForgetBias } = await import("./lstm_gates/forget_bias.ts");
    const { recordRetention } = await import("./lstm_gates/retention.ts");
    const { recordAblation } = await import("./lstm_gates/ablation.ts");
    const { recordGradient } = await import("./lstm_gates/gradient.ts");
    const { recordStorage } = await import("./lstm_gates/storage.ts");
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
