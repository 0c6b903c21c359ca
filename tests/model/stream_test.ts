import * as tf from "@tensorflow/tfjs";
import { assertRejects, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { Stream } from "../../src/model/stream.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

function make(replicas?: number) {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  return new SequenceModel({
    embedding: new Embedding({ numEmbeddings: 7, embeddingDim: 5, random, ...many }),
    recurrent: new GRU({ inputSize: 5, hiddenSize: 6, numLayers: 2, random, ...many }),
    head: new Linear({ inFeatures: 6, outFeatures: 7, random, ...many }),
  });
}

forEachBackend("a stream's steps are those of the whole sequence", async (backend) => {
  const [steps, batch, replicas] = [5, 3, 2];
  const model = make(replicas);
  const random = new Random(2);
  const ids = Int32Array.from({ length: replicas * steps * batch }, () => random.integer(0, 6));
  const { output } = model.forward(tf.tensor3d(ids, [replicas, steps, batch], "int32"));
  const wanted = await output.data();
  const stream = new Stream(model, { batch });
  for (let round = 0; round < 2; round++) {
    for (let t = 0; t < steps; t++) {
      const now = Array.from({ length: replicas }, (_, r) => {
        const first = (r * steps + t) * batch;
        return [...ids.subarray(first, first + batch)];
      }).flat();
      const found = await stream.next(now);
      for (let r = 0; r < replicas; r++) {
        const size = batch * 7;
        const first = (r * steps + t) * size;
        assertClose(
          found.subarray(r * size, (r + 1) * size),
          wanted.slice(first, first + size),
          tolerance.backend[backend],
          { what: `replica ${r}, step ${t}` },
        );
      }
    }
    stream.reset();
  }
  stream.dispose();
  model.dispose();
});

Deno.test("a stream names what it cannot take", async () => {
  await selectBackend("cpu");
  const model = make();
  const stream = new Stream(model);
  await assertRejects(() => stream.next([1, 2]), InputError, "x must be 1 numbers, found 2");
  await assertRejects(() => stream.next([7]), InputError, "x must be ids from 0 to 6, found 7");
  stream.dispose();
  model.dispose();
  const random = new Random(1);
  const both = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 2, bidirectional: true, random }),
  });
  assertThrows(() => new Stream(both), InputError, "bidirectional must be false");
  both.dispose();
});
