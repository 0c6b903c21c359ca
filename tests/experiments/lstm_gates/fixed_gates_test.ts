import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { withFixedGate } from "../../../src/experiments/lstm_gates/fixed_gates.ts";
import { gateNames } from "../../../src/experiments/lstm_gates/measure.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/** Two networks side by side of 3 inputs and 2 units. */
function networks() {
  const random = [1, 2].map((seed) => new Random(seed));
  const fork = (label: string) => random.map((source) => source.fork(label));
  return new SequenceModel({
    recurrent: new LSTM({ inputSize: 3, hiddenSize: 2, replicas: 2, random: fork("lstm") }),
    head: new Linear({ inFeatures: 2, outFeatures: 1, replicas: 2, random: fork("head") }),
    readout: "last",
  });
}

const values = [[0.25, 0.5], [0.999, 0.001]];

forEachBackend("withFixedGate() fixes one gate and leaves the others", async (name) => {
  const model = networks();
  const x = tf.tensor(new Random(7).array(120), [2, 4, 5, 3]);
  const keys = { input: "inputGate", forget: "forgetGate", output: "outputGate" } as const;
  const before = await model.stateDict();
  for (const gate of gateNames) {
    model.loadStateDict(withFixedGate(before, gate, values));
    const [trace] = model.trace(x);
    assert(trace);
    const found = [...await trace[keys[gate]].data()];
    // [replica, sequence, batch, hidden]
    const wanted = values.flatMap((units) => Array.from({ length: 20 }, () => units).flat());
    assertClose(found, wanted, tolerance.backend[name], { what: gate });
    // At the first step the other gates do not depend on what was fixed.
    model.loadStateDict(before);
    const [free] = model.trace(x);
    assert(free);
    for (const other of gateNames) {
      if (other === gate) continue;
      const first = async (of: tf.Tensor) => [...await of.slice([0, 0], [2, 1]).data()];
      const wanted = await first(free[keys[other]]);
      assertClose(await first(trace[keys[other]]), wanted, tolerance.backend[name]);
    }
    tf.dispose([trace, free]);
  }
  x.dispose();
  model.dispose();
});

Deno.test("withFixedGate() leaves its weights and the head as they are", () =>
  onBackend("cpu", async () => {
    const model = networks();
    const before = await model.stateDict();
    const again = await model.stateDict();
    const fixed = withFixedGate(before, "forget", values);
    assertEquals(before, again);
    assertEquals(fixed["head.weight"], before["head.weight"]);
    assertEquals(Object.keys(fixed), Object.keys(before));
    model.dispose();
  }));

Deno.test("withFixedGate() refuses values that are not of each network and unit", () =>
  onBackend("cpu", async () => {
    const model = networks();
    const dict = await model.stateDict();
    for (const wrong of [[[0.5, 0.5]], [[0.5], [0.5]]]) {
      assertThrows(
        () => withFixedGate(dict, "forget", wrong),
        InputError,
        "values of the forget gate must be 2 lists of 2 numbers",
      );
    }
    model.dispose();
  }));
