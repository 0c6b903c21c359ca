import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { rnnCell, type RnnCellWeights } from "../../src/model/rnn_cell.ts";
import { steps } from "../../src/model/steps.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** A case of fixtures/cells_rnn.json, computed by PyTorch's nn.RNN. */
interface Case {
  readonly seq_len: number;
  readonly num_layers: number;
  readonly hidden_size: number;
  readonly weights: Readonly<Record<string, number[] | number[][]>>;
  readonly x: number[][][];
  readonly h0: number[][][];
  readonly target: number[][][];
  readonly y: number[][][];
  readonly h_n: number[][][];
  readonly loss: number;
  readonly grads: Readonly<Record<string, number[] | number[][]>>;
  readonly grad_x: number[][][];
  readonly grad_h0: number[][][];
}

const fixture = new URL("../../fixtures/cells_rnn.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(await Deno.readTextFile(fixture));

/** Layers of cells over a sequence x [sequence, batch, input] from h0 [layer, batch, hidden]. */
function stack(x: tf.Tensor, h0: tf.Tensor, layers: readonly RnnCellWeights[]) {
  let values = steps(x as tf.Tensor3D);
  const states = steps(h0 as tf.Tensor3D);
  const last = layers.map((weights, layer) => {
    const first = states[layer];
    assert(first);
    let h = first;
    values = values.map((value) => h = rnnCell(value, h, weights));
    return h;
  });
  return { y: tf.stack(values), h_n: tf.stack(last) };
}

/** The cells' weights from PyTorch's; a function of them, so that both biases get a gradient. */
function layersOf(names: readonly string[], weights: readonly tf.Tensor[]): RnnCellWeights[] {
  const named = (name: string) => {
    const found = weights[names.indexOf(name)];
    assert(found, name);
    return found;
  };
  return Array.from({ length: names.length / 4 }, (_, l) => ({
    W_ih: named(`weight_ih_l${l}`) as tf.Tensor2D,
    W_hh: named(`weight_hh_l${l}`) as tf.Tensor2D,
    b_h: tf.add<tf.Tensor1D>(named(`bias_ih_l${l}`), named(`bias_hh_l${l}`)),
  }));
}

assertEquals(cases.length, 5);

for (const [i, test] of cases.entries()) {
  const title = `case ${i} (${test.num_layers} x ${test.hidden_size}, ${test.seq_len} steps)`;
  forEachBackend(`rnnCell has PyTorch's values and gradients: ${title}`, async () => {
    const close = async (what: string, found: tf.Tensor | undefined, wanted: unknown[]) => {
      assert(found, what);
      assertClose(await found.data(), wanted.flat(Infinity) as number[], tolerance.float32, {
        what,
      });
    };
    const names = Object.keys(test.weights);
    const x = tf.tensor3d(test.x);
    const h0 = tf.tensor3d(test.h0);
    const weights = Object.values(test.weights).map((values) => tf.tensor(values));

    const { y, h_n } = stack(x, h0, layersOf(names, weights));
    await close("y", y, test.y);
    await close("h_n", h_n, test.h_n);

    const { value, grads } = tf.valueAndGrads((x, h0, ...weights) => {
      assert(x && h0);
      const { y } = stack(x, h0, layersOf(names, weights));
      return y.sub(tf.tensor(test.target)).square().mean();
    })([x, h0, ...weights]);
    const [gradX, gradH0, ...gradWeights] = grads;
    await close("loss", value, [test.loss]);
    await close("grad_x", gradX, test.grad_x);
    await close("grad_h0", gradH0, test.grad_h0);
    for (const [w, name] of names.entries()) {
      await close(`grad of ${name}`, gradWeights[w], test.grads[name] ?? []);
    }
  });
}

forEachBackend("rnnCell with the identity is linear", async () => {
  const weights = {
    W_ih: tf.tensor2d([[1, 2], [3, 4]]),
    W_hh: tf.tensor2d([[0.5, -1], [2, 0.25]]),
    b_h: tf.tensor1d([10, 20]),
  };
  const h = rnnCell(tf.tensor2d([[1, -1]]), tf.tensor2d([[4, 8]]), weights, "identity");
  // Small integers and halves: exact in float32.
  assertEquals([...await h.data()], [-1 - 6 + 10, -1 + 10 + 20]);
});

forEachBackend("rnnCell leaves nothing but its result", () => {
  const x = tf.ones<tf.Rank.R2>([2, 3]);
  const h = tf.ones<tf.Rank.R2>([2, 4]);
  const weights: RnnCellWeights = {
    W_ih: tf.ones([4, 3]),
    W_hh: tf.ones([4, 4]),
    b_h: tf.ones([4]),
  };
  const before = tf.memory().numTensors;
  rnnCell(x, h, weights);
  assertEquals(tf.memory().numTensors, before + 1);
});
