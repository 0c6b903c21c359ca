import { assert, assertEquals, assertThrows } from "@std/assert";
import { measureCommands, rateOf, readTraining } from "../../bench/commands.ts";

Deno.test("measureCommands() trains a model, generates texts and measures both", async () => {
  const seen: string[] = [];
  const { backend, train, generate } = await measureCommands({
    ...{ backend: "cpu", corpus: "sentences", characters: 40, repetitions: 1 },
    flags: ["--tokens", "characters", "--embedding", "2", "--hidden", "3", "--layers", "1"],
    progress: (what, done, total) => seen.push(`${what} ${done}/${total}`),
  });
  assertEquals(seen, ["training 0/3", "generating a text 1/3", "generating 20 texts 2/3"]);
  assertEquals(backend, "cpu");
  assertEquals([train.charactersPerSecond.length, train.bitsPerCharacter.length], [2, 2]);
  assert(train.charactersPerSecond.every((rate) => rate > 0));
  assert(train.peakBytes === null || train.peakBytes > 1e7);
  assertEquals(generate.map(({ samples, characters }) => [samples, characters]), [[1, 40], [
    20,
    2,
  ]]);
  assert(generate.every((one) => rateOf(one) > 0));
});

Deno.test("readTraining() reads rates with spaces between thousands, and losses", () => {
  const text = "1 layer of 8 on wasm\n" +
    "epoch 1/2: loss 3.2, held out 3.0 nats, 4.3 bits a character, 300\u202f170 characters/s\n" +
    "epoch 2/2: loss 3.1, held out 2.9 nats, 4.1 bits a character, 950 characters/s, about 3 s left\n";
  const history = JSON.stringify({
    epochs: [{ bitsPerCharacter: 4.3 }, { bitsPerCharacter: 4.1 }],
  });
  assertEquals(readTraining(text, history), {
    charactersPerSecond: [300_170, 950],
    bitsPerCharacter: [4.3, 4.1],
  });
  assertThrows(() => readTraining(text, "[]"), SyntaxError, "history.json");
});
