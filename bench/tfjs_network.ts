import * as tf from "@tensorflow/tfjs";
import { type RecurrentCellKind, stackOf, type Tensor, type Workload } from "./workload.ts";

/** A workload's network in plain tfjs operations. */
export class StockNetwork {
  /** The variables of the gradients: the parameters, and x if its gradient is computed. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly #workload: Workload;
  readonly #ops: StockOps;
  readonly #data: ReadonlyMap<string, tf.Tensor>;

  constructor(workload: Workload, drawn: readonly Tensor[], ops: StockOps) {
    this.#workload = workload;
    this.#ops = ops;
    const { replicas, task } = workload;
    const variables = new Map<string, tf.Variable>();
    const data = new Map<string, tf.Tensor>();
    for (const { name, shape, parameter, values } of drawn) {
      const whole = replicas > 1 ? [replicas, ...shape] : [...shape];
      const differentiated = parameter || (name === "x" && task !== "regression");
      const ids = name === "ids" || name === "targets";
      const tensor = tf.tensor(ids ? Int32Array.from(values) : values, whole);
      // tfjs chooses the name, since two variables of one name are an error.
      if (differentiated) variables.set(name, tf.variable(tensor, true));
      else data.set(name, ids ? tensor.flatten() : tensor);
      if (differentiated || ids) tensor.dispose();
    }
    this.variables = variables;
    this.#data = data;
  }

  /** The loss [], from the first state. */
  loss(): tf.Scalar {
    const { task, replicas, steps, batch, outputSize, vocabulary } = this.#workload;
    const last = this.#run(this.#input(), this.initial());
    if (task === "recurrence") return tf.sum(tf.concat(last.map(({ h }) => h)));
    const lead = replicas > 1 ? [replicas] : [];
    const rows = task === "flow" ? last.slice(-1) : last;
    const all = tf.concat(rows.map(({ h }) => h), lead.length);
    const logits = this.head(all);
    if (task === "flow") return tf.mean(tf.square(logits));
    if (task === "language") {
      const targets = this.#get("targets").as1D();
      const hot = tf.oneHot(unpadded(targets), vocabulary);
      const count = targets.notEqual(0).sum();
      return tf.logSoftmax(logits.as2D(steps * batch, vocabulary)).mul(hot).sum().div(count).neg()
        .asScalar();
    }
    const target = this.#get("target").reshape([...lead, steps * batch, outputSize]);
    // A sum over networks, so that the gradient of a network does not depend on the others.
    return tf.mean(tf.squaredDifference(logits, target)).mul(replicas);
  }

  /** The token ids that were drawn, as a new tensor [steps * batch]. */
  ids(): tf.Tensor1D {
    return this.#get("ids").as1D();
  }

  /** The logits [batch, vocabulary] of a token, and the states after it. */
  token(ids: tf.Tensor1D, states: readonly LayerState[]): {
    logits: tf.Tensor;
    states: LayerState[];
  } {
    const after: LayerState[] = [];
    const last = this.#run(this.#embed(ids, 1), states, after);
    return { logits: this.head(last[0]?.h ?? tf.scalar(0)), states: after };
  }

  /** The head's output for states [..., rows, hidden]. */
  head(states: tf.Tensor): tf.Tensor {
    return this.#ops.product(states, this.#get("head.weight")).add(row(this.#get("head.bias")));
  }

  /** States of zeros. */
  initial(): LayerState[] {
    const { replicas, batch, hiddenSize, numLayers } = this.#workload;
    const shape = replicas > 1 ? [replicas, batch, hiddenSize] : [batch, hiddenSize];
    return Array.from({ length: numLayers }, () => ({ h: tf.zeros(shape), c: tf.zeros(shape) }));
  }

  /** Frees weights and data. */
  dispose(): void {
    for (const tensor of [...this.variables.values(), ...this.#data.values()]) tensor.dispose();
  }

  #get(name: string): tf.Tensor {
    const tensor = this.variables.get(name) ?? this.#data.get(name);
    if (!tensor) throw new RangeError(`a workload without ${name}`);
    return tensor;
  }

  #input(): tf.Tensor {
    const { vocabulary, steps } = this.#workload;
    return vocabulary > 0 ? this.#embed(this.#get("ids").as1D(), steps) : this.#get("x");
  }

  #embed(ids: tf.Tensor1D, steps: number): tf.Tensor {
    const { vocabulary, inputSize, batch } = this.#workload;
    const table = this.#get("embedding.weight").as2D(vocabulary, inputSize);
    return this.#ops.embedding(table, ids).reshape([steps, batch, inputSize]);
  }

  /** Runs every layer; gives the last one's states by step, and every layer's last into `after`. */
  #run(x: tf.Tensor, initial: readonly LayerState[], after: LayerState[] = []): LayerState[] {
    const { cell, numLayers } = stackOf(this.#workload);
    let input = x;
    let states: LayerState[] = [];
    for (let l = 0; l < numLayers; l++) {
      const first = initial[l];
      if (!first) throw new RangeError("a layer without a state");
      states = layer(cell, this.#ops, input, {
        ...{ inputWeight: this.#get(`rnn.weight_ih_l${l}`) },
        ...{ hiddenWeight: this.#get(`rnn.weight_hh_l${l}`) },
        ...{ inputBias: this.#get(`rnn.bias_ih_l${l}`) },
        ...{ hiddenBias: this.#get(`rnn.bias_hh_l${l}`) },
      }, first);
      after.push(states.at(-1) ?? first);
      if (l + 1 < numLayers) input = tf.stack(states.map(({ h }) => h), x.rank - 3);
    }
    return states;
  }
}

/** Weights of a layer with PyTorch's names and shapes, or with a leading axis of networks. */
export interface LayerWeights {
  readonly inputWeight: tf.Tensor;
  readonly hiddenWeight: tf.Tensor;
  readonly inputBias: tf.Tensor;
  readonly hiddenBias: tf.Tensor;
}

/** The state of a layer [..., batch, hidden]; c is the LSTM's. */
export type LayerState = { readonly h: tf.Tensor; readonly c: tf.Tensor };

/**
 * Computes a layer over a sequence in plain tfjs operations, with PyTorch's equations.
 *
 * @param x [..., steps, batch, input], with one leading axis of networks or none.
 * @returns The states after each step.
 */
export function layer(
  cell: RecurrentCellKind,
  ops: StockOps,
  x: tf.Tensor,
  w: LayerWeights,
  initial: LayerState,
): LayerState[] {
  const lead = x.shape.slice(0, -3);
  const [steps = 0, batch = 0, features = 0] = x.shape.slice(-3);
  // One product projects the inputs of all steps, as in fast implementations.
  const flat = x.reshape([...lead, steps * batch, features]);
  const projected = tf.add(ops.product(flat, w.inputWeight), row(w.inputBias));
  const width = projected.shape.at(-1) ?? 0;
  const inputs = tf.unstack(projected.reshape([...lead, steps, batch, width]), lead.length);
  const states: LayerState[] = [];
  let state = initial;
  for (const input of inputs) {
    const recurrent = tf.add(ops.product(state.h, w.hiddenWeight), row(w.hiddenBias));
    state = cells[cell](input, recurrent, state);
    states.push(state);
  }
  return states;
}

/** A bias [..., n] as a row, to be added to every row of a product. */
export function row(bias: tf.Tensor): tf.Tensor {
  return bias.rank === 1 ? bias : bias.expandDims(1);
}

type Step = (input: tf.Tensor, recurrent: tf.Tensor, before: LayerState) => LayerState;

const cells: Readonly<Record<RecurrentCellKind, Step>> = {
  rnn_tanh: (input, recurrent, { c }) => ({ h: tf.tanh(input.add(recurrent)), c }),
  rnn_relu: (input, recurrent, { c }) => ({ h: tf.relu(input.add(recurrent)), c }),
  lstm(input, recurrent, before) {
    const [i, f, g, o] = four(tf.split(input.add(recurrent), 4, -1));
    const c = tf.sigmoid(f).mul(before.c).add(tf.sigmoid(i).mul(tf.tanh(g)));
    return { h: tf.sigmoid(o).mul(tf.tanh(c)), c };
  },
  gru(input, recurrent, { h, c }) {
    const [inputR, inputZ, inputN] = four(tf.split(input, 3, -1));
    const [hiddenR, hiddenZ, hiddenN] = four(tf.split(recurrent, 3, -1));
    const r = tf.sigmoid(inputR.add(hiddenR));
    const z = tf.sigmoid(inputZ.add(hiddenZ));
    const n = tf.tanh(inputN.add(r.mul(hiddenN)));
    // (1 - z) n + z h with one product less.
    return { h: n.add(z.mul(h.sub(n))), c };
  },
};

function four(parts: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const [a, b = a, c = a, d = a] = parts;
  if (!a || !b || !c || !d) throw new RangeError("a split without parts");
  return [a, b, c, d];
}

/**
 * The way in which operands of matrix products are transposed; the faster one depends on the
 * backend.
 */
export type Products = "transposed operands" | "explicit transposes";

/** Operations that tfjs lacks, or has slow on some backend. */
export interface StockOps {
  /** a W' for a [..., rows, k] and W [..., n, k], as PyTorch keeps its weights. */
  product(a: tf.Tensor, weight: tf.Tensor): tf.Tensor;
  /** Rows of a table [vocabulary, width] by ids [rows]; the gradient leaves id 0 out. */
  embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D;
}

/** The operations for the current backend. */
export function stockOps(products: Products): StockOps {
  if (products === "transposed operands") {
    return { product: (a, weight) => tf.matMul(a, weight, false, true), embedding };
  }
  // The gradients that tfjs has for matMul use transposed operands too.
  const differentiable = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [a, weight, save] = args;
    if (!(a instanceof tf.Tensor && weight instanceof tf.Tensor && typeof save === "function")) {
      throw new TypeError("two tensors and a function to save them with");
    }
    save([a, weight]);
    return {
      value: tf.matMul(a, swapped(weight)),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
        const [input = a, kept = weight] = saved;
        return [tf.matMul(dy, kept), tf.matMul(swapped(dy), input)];
      },
    };
  });
  return { product: (a, weight) => differentiable(a, weight), embedding };
}

/** The last two axes exchanged. */
function swapped(x: tf.Tensor): tf.Tensor {
  return x.transpose(x.rank === 3 ? [0, 2, 1] : [1, 0]);
}

/**
 * The look-up of an embedding, with a gradient by a one-hot product: the gradient of tf.gather uses
 * UnsortedSegmentSum, which the WASM backend does not have.
 */
function embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const lookUp = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [rows, save] = args;
    if (!(rows instanceof tf.Tensor && typeof save === "function")) {
      throw new TypeError("a table and a function to save with");
    }
    save([ids]);
    return {
      value: tf.gather(rows, ids),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor {
        const [kept = ids] = saved;
        const [vocabulary = 0] = rows.shape;
        // With a row for each token nothing must be transposed.
        const wanted = tf.range(0, vocabulary, 1, "int32").expandDims(1);
        const hot = wanted.equal(unpadded(kept.as1D()).expandDims(0)).cast("float32");
        return tf.matMul(hot, dy);
      },
    };
  });
  return lookUp(table).as2D(ids.shape[0], table.shape[1]);
}

/** The ids, -1 in place of padding, which no one-hot row matches. */
export function unpadded(ids: tf.Tensor1D): tf.Tensor1D {
  return ids.sub(ids.equal(0).cast("int32"));
}
