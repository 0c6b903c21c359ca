import { assertAlmostEquals, assertEquals } from "@std/assert";
import { epochLine, historyText, measures } from "../../../tasks/train/epoch_numbers.ts";

const record = {
  trainLoss: 1.5,
  validationLoss: Math.log(8),
  learningRate: 0.002,
  clipped: 0.25,
  tokens: 100,
};

Deno.test("characters have bits beside the perplexity", () => {
  const { perplexity, bitsPerCharacter } = measures(Math.log(8), "characters");
  assertAlmostEquals(perplexity, 8);
  assertAlmostEquals(bitsPerCharacter ?? NaN, 3);
  assertEquals(measures(1, "words"), { perplexity: Math.E });
});

Deno.test("a line has what an epoch gave", () => {
  assertEquals(
    epochLine(record, { epoch: 2, epochs: 20, kind: "characters" }),
    "epoch 2/20: loss 1.500, held out 2.079 nats, perplexity 8.000, 3.000 bits a character, " +
      "learning rate 0.002",
  );
  assertEquals(
    epochLine(record, { epoch: 2, epochs: 20, kind: "words" }),
    "epoch 2/20: loss 1.500, held out 2.079 nats, perplexity 8.000, learning rate 0.002",
  );
});

Deno.test("the history is JSON by epoch, also where a perplexity is beyond all numbers", () => {
  const history = [record, { ...record, validationLoss: 1000 }];
  const { epochs, unit } = JSON.parse(historyText(history, "words"));
  assertEquals(unit, "nats");
  assertEquals(epochs[0].epoch, 1);
  assertEquals(epochs[0].clipped, 0.25);
  assertEquals(epochs[1].perplexity, null);
});
