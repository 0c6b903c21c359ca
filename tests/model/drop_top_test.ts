import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { dropoutCoins } from "../../src/model/dropout_coins.ts";
import { GRU } from "../../src/model/gru.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend } from "../backends.ts";
import { assertSame, batch, hidden, layers, numbers, steps } from "./sequences.ts";

for (
  const [name, replicas, sources] of [
    ["one network", undefined, 0],
    ["replicas of one source", 2, 0],
    ["replicas of a source each", 2, 2],
  ] as const
) {
  forEachBackend(
    `dropout is dropoutCoins, between layers and before the head: ${name}`,
    async () => {
      const options = { ...(replicas === undefined ? {} : { replicas }), random: new Random(1) };
      const recurrent = new GRU({ ...layers, numLayers: 2, dropout: 0.4, ...options });
      const model = new SequenceModel({ recurrent, dropout: 0.25 });
      const x = numbers(...(replicas === undefined ? [] : [replicas]), steps, batch, 2);
      const source = new Random(9);
      const random = sources === 0 ? source : [source.fork(0), source.fork(1)];
      const fork = (): Random | Random[] =>
        random instanceof Random
          ? random.fork("dropout")
          : random.map((each) => each.fork("dropout"));
      const forks = [fork()].flat();
      const seeds = Array.from({ length: replicas ?? 1 }, (_, r) => {
        return [0, 1].map(() => (forks[r] ?? forks[0])!.integer(0, 2 ** 24 - 1));
      }).flat();
      const { output } = model.forward(x, undefined, { training: true, random });
      const below = recurrent.forward(x, undefined, { training: true, random: fork() }).output;
      const coins = dropoutCoins([replicas ?? 1, steps, batch, hidden], 0.25, 1, seeds);
      await assertSame(output, below.mul(coins.reshape(below.shape)));
      // Not in training nothing is dropped.
      await assertSame(model.forward(x, undefined, { random }).output, recurrent.forward(x).output);
      model.dispose();
    },
  );
}

forEachBackend("dropout alone before the head wants a source, and as many as there are", () => {
  const recurrent = new GRU({ ...layers, replicas: 3, random: new Random(1) });
  const model = new SequenceModel({ recurrent, dropout: 0.5 });
  const x = numbers(3, steps, batch, 2);
  const before = tf.memory().numTensors;
  const refuse = (random: Random[] | undefined, message: string): unknown =>
    assertThrows(
      () => model.forward(x, undefined, { training: true, ...(random ? { random } : {}) }),
      InputError,
      message,
    );
  refuse(undefined, "random must be given where dropout acts in training, found undefined");
  refuse([new Random(1), new Random(2)], "random must be 1 source, or 3, found 2");
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});
