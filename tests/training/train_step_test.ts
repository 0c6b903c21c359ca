import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/engine/losses.ts";
import { Adam, AdamW } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { batches, initialModel, trainings, weightsOf } from "./training_fixture.ts";

for (const [name, training] of Object.entries(trainings)) {
  for (const implementation of ["fused", "plain"] as const) {
    forEachBackend(
      `trainStep() gives PyTorch's losses, norms and weights in ${training.steps} steps (${name}, ${implementation})`,
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

function setUp(implementation: Implementation) {
  const random = new Random(1);
  const sizes = { inputSize: 2, hiddenSize: 3, implementation };
  const model = new SequenceModel({ recurrent: new GRU({ ...sizes, random: random.fork("gru") }) });
  const optimizer = new Adam(model, { learningRate: 0.1 });
  const batch = (label: string) => ({
    x: { shape: [4, 2, 2], data: random.fork(`${label} x`).array(16) },
    target: { shape: [4, 2, 3], data: random.fork(`${label} y`).array(24) },
  });
  return {
    model,
    optimizer,
    step: (label: string) => trainStep(model, new MSELoss(), optimizer, batch(label)),
  };
}

for (const implementation of ["fused", "plain"] as const) {
  forEachBackend(
    `StepReport can be read only before loadStateDict() (${implementation})`,
    async () => {
      const { model, optimizer, step } = setUp(implementation);
      const first = step("first");
      assertEquals(first.fused, implementation === "fused");
      const state = await optimizer.stateDict();
      const [losses, norms] = [await first.losses(), await first.gradNorms()];
      const second = step("second");
      assertNotEquals(await second.losses(), losses);
      // A report of a step whose place others have not taken can be read again.
      assertEquals(await first.losses(), losses);
      optimizer.loadStateDict(state);
      const third = step("third");
      for (const report of [first, second]) {
        await assertRejects(
          () => report.losses(),
          InputError,
          "losses must be read before loadStateDict of the optimizer, found",
        );
        await assertRejects(() => report.gradNorms(), InputError, "norms must be read before");
      }
      const [found] = await third.losses();
      assert(found && Number.isFinite(found[0]));
      assertNotEquals([found], losses);
      assertNotEquals(await third.gradNorms(), norms);
      assertEquals(optimizer.steps, 2);
      optimizer.dispose();
      await assertRejects(() => third.losses(), InputError, "before the optimizer is disposed of");
      model.dispose();
      // Twice does no harm.
      optimizer.dispose();
    },
  );
}
