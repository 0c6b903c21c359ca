import * as tf from "@tensorflow/tfjs";
import { stackOf, type Tensor } from "./data.ts";
import { layer, type LayerState, row } from "./stock_cells.ts";
import { type StockOps, unpadded } from "./stock_ops.ts";
import type { Workload } from "./workload.ts";

/** A workload's network in plain tfjs operations. */
export class StockNetwork {
  /** What is differentiated by: the parameters, and x where its gradient is wanted. */
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
      // Named by tfjs: two networks of one name would be an error.
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
    // The sum over networks of their means: a network's gradient does not depend on the others.
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
