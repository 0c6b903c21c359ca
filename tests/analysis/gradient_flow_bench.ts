import * as tf from "@tensorflow/tfjs";
import { gradientFlow } from "../../src/analysis/gradient_flow.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { backendNames } from "../backends.ts";

for (const backend of backendNames) {
  Deno.bench({
    name: `gradient flow, 40 steps of 10-20-5 [${backend}]`,
    group: "gradient flow",
    async fn(bench) {
      await selectBackend(backend);
      const random = new Random(1);
      const model = new SequenceModel({
        recurrent: new RNN({ inputSize: 10, hiddenSize: 20, random: random.fork("rnn") }),
        head: new Linear({ inFeatures: 20, outFeatures: 5, random: random.fork("head") }),
      });
      const x = tf.tensor3d(random.fork("x").array(400), [40, 1, 10]);
      const target = tf.zeros<tf.Rank.R2>([1, 5]);
      await gradientFlow(model, x, target); // Compiles what the backend compiles.
      bench.start();
      await gradientFlow(model, x, target);
      bench.end();
      tf.dispose([x, target]);
      model.dispose();
    },
  });
}
