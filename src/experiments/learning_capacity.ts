import { defineExperiment, type Experiment } from "./experiment.ts";
import { checkSizes, learningJobs, memorisingJobs } from "./learning_capacity/jobs.ts";
import { parameters } from "./learning_capacity/parameters.ts";

/**
 * What RNN, LSTM and GRU learn in equal training: three tasks as a tutorial has them, on a handful
 * of sequences, and with the field's two tests of memory on fresh sequences at every step; with
 * equal hidden sizes and with equal numbers of parameters.
 *
 * Sources: Hochreiter & Schmidhuber (1997); Arjovsky, Shah & Bengio (2016); Agarwal et al. (2021).
 */
export const learningCapacity: Experiment<typeof parameters> = defineExperiment({
  id: "learning-capacity",
  title: "Learning capacity",
  question: "What do an RNN, an LSTM and a GRU learn in equal training, and how surely?",
  version: 1,
  parameters,
  profiles: {
    quick: {
      seeds: 3,
      parameters: { trainingSteps: 100, shortSteps: 100, lags: [1, 10], addingSteps: 20 },
    },
    full: {
      seeds: 30,
      parameters: {
        trainingSteps: 4000,
        shortSteps: 1000,
        lags: [1, 5, 10, 20, 40, 80],
        addingSteps: 100,
      },
    },
  },
  check: checkSizes,
  async run(context) {
    const { train } = await import("./learning_capacity/train.ts");
    const { groupsOf } = await import("./learning_capacity/groups.ts");
    const { recordCurves } = await import("./learning_capacity/curves.ts");
    const { recordEpochs } = await import("./learning_capacity/epochs.ts");
    const { recordOverfitting } = await import("./learning_capacity/overfitting.ts");
    const { recordScores } = await import("./learning_capacity/scores.ts");
    const { recordPairs, recordRanking } = await import("./learning_capacity/ranking.ts");
    const { recordLags } = await import("./learning_capacity/lags.ts");
    const { recordSizes } = await import("./learning_capacity/sizes.ts");
    const { recordClaims } = await import("./learning_capacity/claims.ts");
    const memorised = await train(context, memorisingJobs(context.parameters));
    const learned = await train(context, learningJobs(context.parameters));
    const { memorising, perStep, adding, fresh, copyMemory } = groupsOf([
      ...memorised,
      ...learned,
    ]);
    recordSizes(context, [...memorised, ...learned]);
    for (const group of [memorising, perStep, adding, copyMemory]) recordCurves(context, group);
    recordEpochs(context, memorising);
    recordOverfitting(context, memorising);
    for (const group of [memorising, fresh]) {
      recordScores(context, group);
      recordPairs(context, group);
    }
    for (const group of [memorising, fresh, copyMemory]) recordRanking(context, group);
    recordLags(context, copyMemory.outcomes);
    recordClaims(context, memorised, learned);
  },
});
