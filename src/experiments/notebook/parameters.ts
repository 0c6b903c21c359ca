import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

/** The parameters of `notebook`. All else is as the notebook has it: see `settings.ts`. */
export const parameters = {
  epochs: z.int().min(1).max(1000).default(50).describe("section 4.2: passes over the sequences"),
  learningSeeds: z.int().min(1).max(10_000).default(30)
    .describe("section 4.2: how many of the seeds train networks, the first ones"),
  textSeeds: z.int().min(1).max(10_000).default(10)
    .describe("section 5: how many of the seeds train the language model, the first ones"),
  textEpochs: z.int().min(1).max(1000).default(20).describe("section 5: passes over the windows"),
};

/** Their values. */
export type Values = ParameterValues<typeof parameters>;

/** What the parts of `notebook` are given. */
export type Context = ExperimentContext<Values>;

/** What a measurement needs of it. */
export type Measuring = Pick<Context, "seeds" | "random" | "parameters">;

/** The seeds that train the networks of section 4.2. */
export function learningSeeds({ seeds, parameters }: Pick<Context, "seeds" | "parameters">) {
  return seeds.slice(0, parameters.learningSeeds);
}

/** The seeds that train the language model of section 5. */
export function textSeeds({ seeds, parameters }: Pick<Context, "seeds" | "parameters">) {
  return seeds.slice(0, parameters.textSeeds);
}
