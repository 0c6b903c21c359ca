import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { checkParameters, parameters, SENTENCES } from "./parameters.ts";

/**
 * Compares recurrent networks that classify sentences by sentiment with baselines, and measures what
 * their attention explains.
 *
 * Sources: Kotzias et al. (2015), doi:10.1145/2783258.2783380, for the sentences; Bahdanau, Cho &
 * Bengio (2015); Jain & Wallace (2019); Wiegreffe & Pinter (2019).
 */
export const sentiment: Experiment<typeof parameters> = defineExperiment({
  id: "sentiment",
  title: "Sentiment and attention",
  question:
    "Does a recurrent network with attention classify sentences better than simple baselines, and does its attention explain why?",
  version: 1,
  parameters,
  hypotheses,
  profiles: {
    quick: { seeds: 2, parameters: { maxTexts: 600, folds: 3, sizes: [100], permutations: 20 } },
    standard: { seeds: 10 },
    full: { seeds: 30, parameters: { embeddingDim: 64, hiddenSize: 32, epochs: 10, patience: 3 } },
  },
  check: checkParameters,
  files: ({ data }) => data === SENTENCES ? [] : [data],
  async run(context) {
    const { openTexts } = await import("./texts.ts");
    const { trainNetworks } = await import("./networks.ts");
    const { trainBaselines } = await import("./baselines.ts");
    const { recordFindings } = await import("./record.ts");
    const texts = await openTexts(context);
    const baselines = await trainBaselines(context, texts);
    const networks = await trainNetworks(context, texts);
    await recordFindings(context, { texts, networks, baselines });
  },
});
