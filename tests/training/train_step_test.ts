import { assertEquals } from "@std/assert";
import { CrossEntropyLoss } from "../../src/training/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { batches, initialModel, trainings, weightsOf } from "./training_fixture.ts";

for (const [name, training] of Object.entries(trainings)) {
  for (const implementation of ["fused", "plain"] as const) {
    forEachBackend(
      `${training.steps} steps are PyTorch's: losses, norms, weights (${name}, ${implementation})`,
      async () => {
        const model = initialModel(training, implementation);
        const { lr, weight_decay } = training.optimizer;
        const optimizer = new AdamW(model, {
          learningRate: lr,
          weightDecay: weight_decay,
          clipGradNorm: training.clip_norm,
        });
        const loss = new CrossEntropyLoss({ ignoreIndex: training.ignore_index });
        const report = trainStep(model, loss, optimizer, batches(training));
        const losses = (await report.losses()).flatMap((row) => [...row]);
        const norms = (await report.gradNorms()).flatMap((row) => [...row]);
        training.losses.forEach((wanted, i) => {
          assertClose([losses[i] ?? NaN], [wanted], tolerance.training, { what: `loss ${i}` });
        });
        training.grad_norms.forEach((wanted, i) => {
          assertClose([norms[i] ?? NaN], [wanted], tolerance.training, { what: `norm ${i}` });
        });
        const found = await model.stateDict();
        const wanted = weightsOf(training.final_weights);
        assertEquals(Object.keys(found), Object.keys(wanted));
        for (const [name, { data }] of Object.entries(wanted)) {
          assertClose(found[name]?.data ?? [], data, tolerance.training, { what: name });
        }
        optimizer.dispose();
        model.dispose();
      },
    );
  }
}
