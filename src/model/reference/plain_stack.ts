import type { Tensor, Tensor3D, Tensor4D } from "@tensorflow/tfjs";
import { tf } from "../../core/tfjs.ts";
import type { RecurrentInputs, RecurrentOutputs } from "../../kernels/ops/recurrent.ts";
import { type CellKind, cells } from "../../kernels/cells.ts";
import { type StackSpec, weightsPerDirection } from "../../kernels/stack.ts";
import type { RnnCellWeights } from "./cell.ts";
import { dropoutMask } from "./dropout_mask.ts";
import { feedforwardCell, type FeedforwardCellWeights } from "./feedforward_cell.ts";
import { gruCell } from "./gru_cell.ts";
import { lstmCell } from "./lstm_cell.ts";
import { rnnCell } from "./rnn_cell.ts";

/** The values of one direction of one layer at one step, each [replica, batch, hidden]. */
export type PlainStep = {
  /** The gates by name, in the order of the weights' rows; a simple cell has none. */
  readonly gates: Readonly<Record<string, Tensor3D>>;
  /** The hidden state after the step; if the step is masked, the state before the step. */
  readonly hidden: Tensor3D;
  /** The cell state of an LSTM after the step; if the step is masked, the state before the step. */
  readonly cell?: Tensor3D;
};

/** The state of one direction of one layer, each tensor [replica, batch, hidden]. */
export type PlainState = {
  /** The hidden state. */
  readonly h: Tensor3D;
  /** The cell state of an LSTM. */
  readonly c?: Tensor3D | undefined;
};

/**
 * The tensors that {@link plainStack} adds to the states, each
 * [replica, layers * directions, sequence + 1, batch, hidden]. On the axis of sequence, entry t is
 * the state between steps t - 1 and t. The initial state is entry 0 of a forward direction and the
 * last entry of a reverse direction.
 */
export type Perturbation = {
  /** Added to hidden states. */
  readonly h: Tensor;
  /** Added to the cell states of an LSTM. */
  readonly c?: Tensor;
};

/** The outputs of {@link plainStack}: those of the fused kernel, and every step and state. */
export type PlainOutputs = Omit<RecurrentOutputs, "residuals"> & {
  /** The steps by layer and direction (forward, then reverse), and by time in both directions. */
  readonly steps: PlainStep[][];
  /** The states by layer and direction, each in the order of the entries of {@link Perturbation}. */
  readonly states: PlainState[][];
};

/**
 * Runs stacked recurrent layers cell by cell, in ops of TensorFlow.js. This function is slow; the
 * fused kernel is tested against it.
 *
 * A layer reads the output of the layer below [batch, directions * hidden] forward and, in a
 * bidirectional stack, also in reverse; the outputs of both directions are concatenated. At a step
 * whose mask is 0, the state is carried over and the output is 0. Between layers, dropout
 * multiplies the output [replica, sequence, batch, directions * hidden] by {@link dropoutMask},
 * with the index of the lower layer as stream.
 *
 * @param spec The cell and the sizes.
 * @param inputs The input, initial states, weights, mask and seeds, as the fused kernel takes them.
 * @param perturbation Added to the states before they are used. With a perturbation of 0, the
 * gradient of a loss with respect to the perturbation is the gradient with respect to every state,
 * from one backward pass.
 * @returns Tensors that the caller disposes of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { plainStack } from "./plain_stack.ts";
 *
 * await selectBackend("cpu");
 * const sizes = { inputSize: 3, hiddenSize: 4, numLayers: 1 };
 * const { output, states } = plainStack(
 *   { cell: "gru", ...sizes, bidirectional: false, bias: false, dropout: 0 },
 *   {
 *     x: tf.ones([1, 7, 2, 3]),
 *     h0: tf.zeros([1, 1, 2, 4]),
 *     weights: [tf.ones([1, 12, 3]), tf.ones([1, 12, 4])],
 *   },
 * );
 * assertEquals(output.shape, [1, 7, 2, 4]);
 * assertEquals(states[0]?.length, 8);
 * ```
 */
export function plainStack(
  spec: StackSpec,
  inputs: RecurrentInputs,
  perturbation?: Perturbation,
): PlainOutputs {
  return tf.tidy(() => {
    const { numLayers, hiddenSize, dropout } = spec;
    const directions = spec.bidirectional ? 2 : 1;
    const h0 = unstack(inputs.h0);
    const c0 = inputs.c0 ? unstack(inputs.c0) : [];
    const added = {
      h: perturbation && unstack(perturbation.h),
      c: perturbation?.c && unstack(perturbation.c),
    };
    const mask = inputs.mask && unstack(inputs.mask.expandDims(-1));
    let x = unstack(inputs.x);
    const scans: Scan[] = [];
    for (let layer = 0; layer < numLayers; layer++) {
      const found = Array.from({ length: directions }, (_, direction) => {
        const index = layer * directions + direction;
        const [h, c] = [added.h?.[index], added.c?.[index]];
        return scan({
          cell: spec.cell,
          x,
          initial: { h: at(h0, index), c: c0[index] },
          weights: weightsAt(spec, inputs.weights, index),
          mask,
          reverse: direction === 1,
          perturbation: { h: h && unstack(h), c: c && unstack(c) },
        });
      });
      scans.push(...found);
      x = x.map((_, t) => {
        const outputs = found.map(({ output }) => at(output, t));
        return directions === 1 ? at(outputs, 0) : tf.concat(outputs, -1);
      });
      if (dropout > 0 && layer + 1 < numLayers) {
        const [replicas = 0, time = 0, batch = 0] = inputs.x.shape;
        const shape = [replicas, time, batch, directions * hiddenSize];
        const scales = unstack(dropoutMask(shape, dropout, layer, inputs.seeds ?? []));
        x = x.map((output, t) => output.mul(at(scales, t)));
      }
    }
    const last = scans.map(({ states, reverse }) => at(states, reverse ? 0 : states.length - 1));
    const cells = last.flatMap(({ c }) => c ?? []);
    return {
      output: tf.stack(x, 1) as Tensor4D,
      h: tf.stack(last.map(({ h }) => h), 1) as Tensor4D,
      ...(cells.length > 0 ? { c: tf.stack(cells, 1) as Tensor4D } : {}),
      steps: scans.map(({ steps }) => steps),
      states: scans.map(({ states }) => states),
    };
  });
}

/** One layer in one direction; lists are by time. */
interface ScanInputs {
  readonly cell: CellKind;
  readonly x: readonly Tensor3D[];
  readonly initial: PlainState;
  readonly weights: PlainWeights;
  readonly mask: readonly Tensor3D[] | undefined;
  readonly reverse: boolean;
  /** The terms that are added to the states, in the order of the entries of {@link Perturbation}. */
  readonly perturbation: {
    readonly h: readonly Tensor3D[] | undefined;
    readonly c: readonly Tensor3D[] | undefined;
  };
}

interface Scan {
  readonly reverse: boolean;
  readonly steps: PlainStep[];
  readonly output: Tensor3D[];
  /** The perturbed states, in the order of the entries of {@link Perturbation}. */
  readonly states: PlainState[];
}

function scan({ cell, x, initial, weights, mask, reverse, perturbation }: ScanInputs): Scan {
  const steps: PlainStep[] = [];
  const output: Tensor3D[] = [];
  const states: PlainState[] = [];
  const perturbed = ({ h, c }: PlainState, entry: number): PlainState => {
    const [addedH, addedC] = [perturbation.h?.[entry], perturbation.c?.[entry]];
    const state: PlainState = {
      h: addedH ? h.add(addedH) : h,
      c: c && addedC ? c.add(addedC) : c,
    };
    states[entry] = state;
    return state;
  };
  const order = [...x.keys()];
  if (reverse) order.reverse();
  let state = perturbed(initial, reverse ? x.length : 0);
  for (const t of order) {
    const { gates, hidden, cell: c } = steppers[cell](at(x, t), state, weights);
    const counts = mask?.[t];
    const carried = (after: Tensor3D, before: Tensor3D): Tensor3D =>
      counts ? counts.mul(after).add(tf.sub(1, counts).mul(before)) : after;
    const after = { h: carried(hidden, state.h), c: c && state.c && carried(c, state.c) };
    state = perturbed(after, reverse ? t : t + 1);
    output[t] = counts ? state.h.mul(counts) : state.h;
    steps[t] = { gates, hidden: state.h, ...(state.c ? { cell: state.c } : {}) };
  }
  return { reverse, steps, output, states };
}

/** The weights of one direction of one layer by PyTorch's names, without layer and direction. */
type PlainWeights = FeedforwardCellWeights & Partial<RnnCellWeights>;

/** One step of each cell. */
const steppers: Readonly<
  Record<CellKind, (x: Tensor3D, state: PlainState, weights: PlainWeights) => PlainStep>
> = {
  rnn_tanh: (x, { h }, weights) => simple(rnnCell(x, h, recurrent(weights), "tanh")),
  rnn_relu: (x, { h }, weights) => simple(rnnCell(x, h, recurrent(weights), "relu")),
  lstm: (x, { h, c }, weights) => {
    const state = { h, c: c ?? tf.zerosLike(h) };
    const { cell, hidden, ...gates } = lstmCell(x, state, recurrent(weights));
    return { gates, cell, hidden };
  },
  gru: (x, { h }, weights) => {
    const { hidden, ...gates } = gruCell(x, h, recurrent(weights));
    return { gates, hidden };
  },
  feedforward_tanh: (x, _, weights) => simple(feedforwardCell(x, weights, "tanh")),
  feedforward_relu: (x, _, weights) => simple(feedforwardCell(x, weights, "relu")),
};

/** Returns the step of a cell without gates. */
function simple(hidden: Tensor3D): PlainStep {
  return { gates: {}, hidden };
}

/** Returns the weights of a recurrent cell. */
function recurrent({ weight_hh, ...weights }: PlainWeights): RnnCellWeights {
  if (weight_hh === undefined) throw new RangeError("a recurrent cell without weight_hh");
  return { ...weights, weight_hh };
}

/**
 * Returns the weights of one direction of one layer; `index` counts directions from the first layer
 * on.
 */
function weightsAt(
  spec: StackSpec,
  weights: readonly Tensor[],
  index: number,
): PlainWeights {
  const { recurrent } = cells[spec.cell];
  const { bias } = spec;
  const each = weightsPerDirection(spec);
  const own = weights.slice(index * each, (index + 1) * each);
  if (!recurrent) return { weight_ih: at(own, 0), ...(bias ? { bias_ih: at(own, 1) } : {}) };
  const matrices = { weight_ih: at(own, 0), weight_hh: at(own, 1) };
  return bias ? { ...matrices, bias_ih: at(own, 2), bias_hh: at(own, 3) } : matrices;
}

/**
 * Splits a tensor along axis 1. Unlike `tf.unstack`, it has a gradient even if there is only one
 * part.
 *
 * @param tensor [replica, part, ...].
 * @returns Tensors [replica, ...] that the caller disposes of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { unstack } from "./plain_stack.ts";
 *
 * await selectBackend("cpu");
 * assertEquals(unstack(tf.ones([1, 7, 2, 10])).map(({ shape }) => shape), Array(7).fill([1, 2, 10]));
 * ```
 */
export function unstack<T extends Tensor = Tensor3D>(tensor: Tensor): T[] {
  if (tensor.shape[1] === 1) return [tensor.squeeze<T>([1])];
  return tf.unstack(tensor, 1) as T[];
}

/** Returns an entry that exists by construction. */
function at<T>(entries: readonly T[], index: number): T {
  const entry = entries[index];
  if (entry === undefined) throw new RangeError(`no entry ${index} of ${entries.length}`);
  return entry;
}
