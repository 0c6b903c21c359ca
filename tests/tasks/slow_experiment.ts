import type { ProjectCopy } from "./project_copy.ts";

/** The experiment that the slow one replaces, so that the slow one has a task. */
export const slowExperiment = "learning-capacity";

/**
 * The source of an experiment with 15 short parts and 15 parts whose duration depends on `steps`.
 * All parts train a network.
 */
const source = `
import { z } from "zod";
import { defineExperiment, type Experiment, type PartProgress } from "../../harness/experiment.ts";

const parameters = {
  steps: z.int().min(1).default(1000).describe("steps of a training that takes long"),
};

export const learningCapacity: Experiment<typeof parameters> = defineExperiment({
  id: "${slowExperiment}",
  title: "Slow",
  question: "Can it be stopped?",
  version: 1,
  parameters,
  async run(context) {
    const { addingProblem } = await import("../../data/adding_problem.ts");
    const { Linear } = await import("../../model/linear.ts");
    const { LSTM } = await import("../../model/lstm.ts");
    const { SequenceModel } = await import("../../model/sequence_model.ts");
    const { fit } = await import("../../training/fit.ts");
    const { MSELoss } = await import("../../training/engine/losses.ts");
    const { Adam } = await import("../../training/optimizer.ts");
    const train = async (item: number, steps: number, { signal, progress }: PartProgress) => {
      const random = context.random(item);
      const model = new SequenceModel({
        recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
        head: new Linear({ inFeatures: 8, outFeatures: 1, random: random.fork("head") }),
        readout: "last",
      });
      const optimizer = new Adam(model, { learningRate: 0.01 });
      const task = addingProblem({ steps: 10 });
      const draws = random.fork("draws");
      try {
        const losses = await fit(model, new MSELoss(), optimizer, {
          ...{ steps, signal, draw: () => task.draw(8, draws) },
          onStep: (done) => progress(done, steps),
        });
        return losses.at(-1)?.[0] ?? 0;
      } finally {
        optimizer.dispose();
        model.dispose();
      }
    };
    const items = Array.from({ length: 15 }, (_, i) => i);
    const first = await context.each("memorising", items, (item, part) => train(item, 1, part));
    const { steps } = context.parameters;
    const last = await context.each("learning", items, (item, part) => train(item, steps, part));
    context.metric({ id: "loss", label: "the loss", labels: items, values: last });
    context.table({
      id: "losses",
      title: "Losses",
      columns: ["item", "first", "last"].map((name) => ({ name, label: name })),
      rows: items.map((item) => [item, first[item] ?? null, last[item] ?? null]),
    });
    context.figure({
      ...{ kind: "chart", id: "losses", title: "Losses", caption: "All losses.", alt: "Symbols." },
      x: { label: "item", scale: "linear" },
      y: { label: "loss", scale: "linear" },
      layers: [{ mark: "point", table: "losses", x: "item", y: "last" }],
    });
  },
});
`;

/** Puts the slow experiment into a copy of the project, in place of {@link slowExperiment}. */
export async function addSlowExperiment({ folder }: ProjectCopy): Promise<void> {
  await Deno.writeTextFile(`${folder}/src/experiments/learning_capacity/experiment.ts`, source);
  await Deno.remove(`${folder}/reports/${slowExperiment}.md`);
  await Deno.writeTextFile(`${folder}/reports/methods.md`, "# Methods\n");
}
