import { defineExperiment, type Experiment } from "./experiment.ts";
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
  version: 1,
  parameters,
  profiles: { quick: { seeds: 3, parameters: { trainingSteps: 600 } } },
  check: checkSizes,
  async run(context) {
    const { train } = await import("./lstm_gates/training.ts");
    const { initialisations, survival } = await import("./lstm_gates/survival.ts");
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
    const [training] = await context.each(
      "training",
      ["all seeds"],
      (_, part) => train(context, part),
    );
    const kinds = new Map(initialisations(context).map((kind) => [kind.name, kind]));
    const survivals = await context.each("forget bias", [...kinds.keys()], (name) => {
      const kind = kinds.get(name);
      return kind ? survival(context, kind) : [];
    });
    if (!training) return;
    recordLearning(context, training);
    recordOverTime(context, training);
    recordMarks(context, training);
    recordGateMeans(context, training);
    recordDistributions(context, training);
    recordSaturation(context, training);
    recordTimeScales(context, training);
    recordStates(context, training);
    recordHeatMaps(context, training);
    recordStateStatistics(context, training);
    recordForgetBias(context, survivals);
  },
});
