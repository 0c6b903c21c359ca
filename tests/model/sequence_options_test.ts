import type * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel, type SequenceModelOptions } from "../../src/model/sequence_model.ts";
import { classes, layers, table } from "./sequences.ts";

Deno.test("a model names parts that do not fit", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const one = new LSTM({ ...layers, random: random.fork("lstm") });
  const two = new LSTM({ ...layers, replicas: 2, random: random.fork("lstm") });
  const parts = {
    wide: new Embedding({ ...table, embeddingDim: 3, random: random.fork("embedding") }),
    table: new Embedding({ ...table, random: random.fork("embedding") }),
    narrow: new Linear({ ...classes, inFeatures: 4, random: random.fork("head") }),
    many: new Linear({ ...classes, replicas: 3, random: random.fork("head") }),
  };
  const refuse = (options: SequenceModelOptions<tf.TensorContainer>, message: string): unknown =>
    assertThrows(() => new SequenceModel(options), InputError, message);
  const recurrent = one;
  refuse(
    { embedding: parts.wide, recurrent },
    "embeddingDim of embedding must be 2, the inputSize of recurrent, found 3",
  );
  refuse(
    { head: parts.narrow, recurrent },
    "inFeatures of head must be 5, the outputSize of recurrent, found 4",
  );
  refuse(
    { embedding: parts.table, recurrent: two },
    "replicas of embedding must be 2, as in recurrent, found undefined",
  );
  refuse(
    { head: parts.many, recurrent },
    "replicas of head must be left out, as in recurrent, found 3",
  );
  const shared = { inFeatures: 5, outFeatures: 7, random: random.fork("tied") };
  const fitting = new Embedding({ ...table, embeddingDim: 5, random: random.fork("embedding") });
  const head = new Linear({ ...shared, tied: fitting });
  refuse({ head, recurrent }, "embedding must be the one that head is tied to, found undefined");
  refuse(
    { embedding: parts.table, head, recurrent },
    'embedding must be the one that head is tied to, found "another"',
  );
  for (const dropout of [1, -0.1, NaN]) {
    refuse({ recurrent, dropout }, `dropout must be in [0, 1), found ${dropout}`);
  }
  const { readout } = JSON.parse('{ "readout": "first" }');
  refuse({ recurrent, readout }, 'readout must be "all" or "last", found "first"');
  for (const layer of [fitting, head, one, two, ...Object.values(parts)]) layer.dispose();
});
