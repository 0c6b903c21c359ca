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

Deno.test("TrainingPosition.of() reads what toJson() wrote", () => {
  const position = later();
  const again = TrainingPosition.of(JSON.parse(JSON.stringify(position.toJson())));
  assertEquals(again.toJson(), position.toJson());
  assertEquals([again.epoch, again.batch, again.tokens], [1, 1, 4]);
  assertEquals(again.history, [
    { trainLoss: 2, validationLoss: 1.5, learningRate: 0.1, clipped: 1, tokens: 3 },
  ]);
});

Deno.test("TrainingPosition.of() names the field that is wrong", () => {
  const json = later().toJson();
  const wrong = [
    [{ batch: -1 }, "progress.batch of the checkpoint must be as training wrote it, found"],
    [{ history: [{ trainLoss: "2" }] }, "progress.history.0.trainLoss of the checkpoint must be"],
    [{ more: 1 }, "progress of the checkpoint must be as training wrote it, found"],
    [
      { epoch: 2 },
      "progress.history of the checkpoint must be of the 2 epochs that are done, found 1",
    ],
  ] as const;
  for (const [change, message] of wrong) {
    assertThrows(() => TrainingPosition.of({ ...json, ...change }), InputError, message);
  }
});

Deno.test("TrainingPosition.of() reads a history of 200,000 epochs", () => {
  const record = { trainLoss: 2, validationLoss: 1.5, learningRate: 0.1, clipped: 1, tokens: 3 };
  const history = Array.from({ length: 200_000 }, () => record);
  const json = { ...later().toJson(), epoch: history.length, history };
  const position = TrainingPosition.of(json);
  assertEquals(position.history.length, 200_000);
  assertEquals(position.isBest, false);
  position.endEpoch({ validationLoss: 1.25, learningRate: 0.1 });
  assertEquals(position.isBest, true);
});

Deno.test("TrainingPosition.isBest is true for a held-out loss below all before", () => {
  const position = new TrainingPosition();
  const found = [3, 2, 2, 2.5, 1, 3].map((validationLoss) => {
    position.add(1, 1, false);
    position.endEpoch({ validationLoss, learningRate: 0.1 });
    // A position that was read has the same value.
    assertEquals(TrainingPosition.of(position.toJson()).isBest, position.isBest);
    return position.isBest;
  });
  assertEquals(found, [true, true, false, false, true, false]);
});
