import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { lastStates } from "../../src/model/last_states.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { assertSame, batch, classes, layers, numbers, steps } from "./sequences.ts";

for (const bidirectional of [false, true]) {
  forEachBackend(`the last readout, with bidirectional ${bidirectional}`, async () => {
    for (const Layer of [RNN, LSTM, GRU]) {
      for (const replicas of [undefined, 2]) {
        const options = {
          ...{ ...layers, numLayers: 2, bidirectional, random: new Random(1) },
          ...(replicas === undefined ? {} : { replicas }),
        };
        const recurrent = new Layer(options);
        const model = new SequenceModel<tf.TensorContainer>({ recurrent, readout: "last" });
        const axis = replicas === undefined ? 0 : 1;
        const x = numbers(...(replicas === undefined ? [] : [replicas]), steps, batch, 2);
        // Forwards the walk ends at the last step, in reverse at the first.
        const all = tf.unstack(recurrent.forward(x).output, axis);
        const [first, last] = [all[0], all.at(-1)];
        assert(first && last);
        const wanted = bidirectional
          ? tf.concat([tf.split(last, 2, -1)[0]!, tf.split(first, 2, -1)[1]!], -1)
          : last;
        await assertSame(model.forward(x).output, wanted);
        model.dispose();
      }
    }
  });
}

forEachBackend("a head on the last readout reads the last step that counts", async (backend) => {
  const random = new Random(1);
  const head = new Linear({ ...classes, random: random.fork("head") });
  const recurrent = new GRU({ ...layers, random: random.fork("gru") });
  const model = new SequenceModel({ recurrent, head, readout: "last" });
  const x = numbers(3, 1, 2);
  const { output } = model.forward(x, undefined, { mask: tf.tensor2d([[1], [1], [0]]) });
  const wanted = head.forward(recurrent.forward(x).output.slice([1], [1]).squeeze([0]));
  assertClose(await output.data(), await wanted.data(), tolerance.backend[backend]);
  const { grads } = tf.variableGrads(() => model.forward(x).output.sum());
  assertEquals(Object.keys(grads).length, 6);
  model.dispose();
});

Deno.test("a state without an h is named", async () => {
  await selectBackend("cpu");
  const gru = new GRU({ ...layers, random: new Random(1) });
  assertThrows(
    () => lastStates(gru, []),
    InputError,
    "state must be a tensor, or h and c, found []",
  );
  gru.dispose();
});
