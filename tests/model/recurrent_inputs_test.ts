import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { RNN } from "../../src/model/rnn.ts";
import { forEachBackend } from "../backends.ts";

const options = { inputSize: 3, hiddenSize: 5, numLayers: 2, dropout: 0.5 };

forEachBackend("forward() refuses shapes, masks and lengths that do not fit", () => {
  const random = new Random(1);
  const rnn = new RNN({ ...options, random: random.fork("rnn") });
  const lstm = new LSTM({ ...options, random: random.fork("lstm"), bidirectional: true });
  const many = new RNN({ ...options, random: random.fork("rnn"), replicas: 2, batchFirst: true });
  const x = tf.zeros([7, 2, 3]);
  const mask = tf.ones([7, 2]);
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);

  refuse(
    () => rnn.forward(tf.zeros([7, 2, 4])),
    "x must be of shape [sequence, batch, input 3], found [7, 2, 4]",
  );
  refuse(() => rnn.forward(tf.zeros([7, 3])), "x must be of shape [sequence, batch, input 3]");
  refuse(() => rnn.forward(tf.zeros([0, 2, 3])), "found [0, 2, 3]");
  refuse(
    () => rnn.forward(tf.zeros([7, 2, 3], "int32")),
    'x must be of dtype float32, found "int32"',
  );
  refuse(
    () => many.forward(tf.zeros([3, 2, 7, 3])),
    "x must be of shape [replica 2, batch, sequence, input 3], found [3, 2, 7, 3]",
  );
  refuse(() => many.forward(x), "x must be of shape [replica 2, batch, sequence, input 3]");
  refuse(
    () => rnn.forward(x, tf.zeros([2, 4, 5])),
    "state must be of shape [layers * directions 2, batch 2, hidden 5], found [2, 4, 5]",
  );
  refuse(() => rnn.trace(x, tf.zeros([1, 2, 5])), "state must be of shape");
  const state = { h: tf.zeros([4, 2, 5]), c: tf.zeros([2, 2, 5]) };
  refuse(
    () => lstm.forward(x, state),
    "state.c must be of shape [layers * directions 4, batch 2, hidden 5], found [2, 2, 5]",
  );
  refuse(() => lstm.forward(x, { h: state.c, c: state.h }), "state.h must be of shape");
  refuse(
    () => rnn.forward(x, undefined, { mask: tf.ones([2, 7]) }),
    "mask must be of shape [sequence 7, batch 2], found [2, 7]",
  );
  refuse(
    () => rnn.forward(x, undefined, { mask, lengths: [7, 7] }),
    "mask must be left out if there are lengths",
  );
  for (const lengths of [[7, 8], [0, 7], [7], [7, 1.5], [7, 7, 7], [NaN, 1]]) {
    refuse(
      () => rnn.forward(x, undefined, { lengths }),
      `lengths must be 2 integers from 1 to 7, found [${lengths.join(", ")}]`,
    );
  }
  refuse(
    () => rnn.forward(x, undefined, { training: true }),
    "random must be given if dropout is active in training, found undefined",
  );
  refuse(
    () => rnn.forward(x, undefined, { training: true, random: [random, random] }),
    "random must be 1 source, or 1, found 2",
  );
  refuse(
    () => many.forward(tf.zeros([2, 2, 7, 3]), undefined, { training: true, random: [random] }),
    "random must be 1 source, or 2, found 1",
  );
  for (const layer of [rnn, lstm, many]) layer.dispose();
});
