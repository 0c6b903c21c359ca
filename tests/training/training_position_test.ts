import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { TrainingPosition } from "../../src/training/training_position.ts";

function later(): TrainingPosition {
  const position = new TrainingPosition();
  position.add(2, 3, true);
  position.endEpoch({ validationLoss: 1.5, learningRate: 0.1 });
  position.add(1, 4, false);
  position.batch = 1;
  position.plateau = { best: 1.5, badSteps: 0, cooldown: 0 };
  return position;
}

Deno.test("a position is what its JSON says", () => {
  const position = later();
  const again = TrainingPosition.of(JSON.parse(JSON.stringify(position.toJson())));
  assertEquals(again.toJson(), position.toJson());
  assertEquals([again.epoch, again.batch, again.tokens], [1, 1, 4]);
  assertEquals(again.history, [
    { trainLoss: 2, validationLoss: 1.5, learningRate: 0.1, clipped: 1, tokens: 3 },
  ]);
});

Deno.test("what is not of a position is named by its place", () => {
  const json = later().toJson();
  const wrong = [
    [{ batch: -1 }, "progress.batch of the checkpoint must be as training wrote it, found"],
    [{ history: [{ trainLoss: "2" }] }, "progress.history.0.trainLoss of the checkpoint must be"],
    [{ more: 1 }, "progress of the checkpoint must be as training wrote it, found"],
    [{ epoch: 2 }, "progress.history of the checkpoint must be of 2 epochs, as were done, found 1"],
  ] as const;
  for (const [change, message] of wrong) {
    assertThrows(() => TrainingPosition.of({ ...json, ...change }), InputError, message);
  }
});
