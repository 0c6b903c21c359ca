import * as tf from "@tensorflow/tfjs";
import type { RecurrentInputs, RecurrentOutputs } from "../../kernels/recurrent_op.ts";
import type { CellKind, StackSpec } from "../../kernels/stack.ts";
import { dropoutMask } from "./dropout_mask.ts";
import { gruCell } from "./gru_cell.ts";
import { lstmCell } from "./lstm_cell.ts";
import { rnnCell, type RnnCellWeights } from "./rnn_cell.ts";

/** What one direction of one layer computed at one step, each [replica, batch, hidden]. */
export type PlainStep = {
  /** The gates by name, in the order of the weights' rows; a simple cell has none. */
  readonly gates: Readonly<Record<string, tf.Tensor3D>>;
  /** The state after the step; where the step is masked, the one before. */
  readonly hidden: tf.Tensor3D;
  /** The LSTM's cell state, as hidden. */
  readonly cell?: tf.Tensor3D;
};

/** What {@link plainStack} gives: what the fused kernel gives, and every step. */
export type PlainOutputs = Omit<RecurrentOutputs, "kept"> & {
  /** By layer and direction (forwards, then in reverse), by time whatever the direction. */
  readonly steps: PlainStep[][];
};

/**
 * Runs stacked recurrent layers cell by cell, in ops of tfjs: the definition that the fused kernel
 * is held to, and slow.
 *
 * A layer reads the output of the one below [batch, directions * hidden], forwards and, where the
 * stack is bidirectional, from the last step as well; the two outputs are joined. Where the mask is
 * 0 the state is carried over and the output is 0. Between layers dropout multiplies the output
 * [replica, sequence, batch, directions * hidden] by {@link dropoutMask}, with the number of the
 * lower layer as stream.
 *
 * @returns Tensors that are the caller's to dispose.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { plainStack } from "./plain_stack.ts";
 *
 * await selectBackend("cpu");
 * const sizes = { inputSize: 3, hiddenSize: 4, numLayers: 1 };
 * const { output } = plainStack(
 *   { cell: "gru", ...sizes, bidirectional: false, bias: false, dropout: 0 },
 *   {
 *     x: tf.ones([1, 7, 2, 3]),
 *     h0: tf.zeros([1, 1, 2, 4]),
 *     weights: [tf.ones([1, 12, 3]), tf.ones([1, 12, 4])],
 *   },
 * );
 * assert(output.shape.join() === "1,7,2,4");
 * ```
 */
export function plainStack(spec: StackSpec, inputs: RecurrentInputs): PlainOutputs {
  return tf.tidy(() => {
    const { numLayers, hiddenSize, dropout } = spec;
    const directions = spec.bidirectional ? 2 : 1;
    const h0 = steps(inputs.h0 as tf.Tensor4D, 1);
    const c0 = inputs.c0 ? steps(inputs.c0 as tf.Tensor4D, 1) : [];
    const mask = inputs.mask && steps(inputs.mask.expandDims<tf.Tensor4D>(-1), 1);
    let x = steps(inputs.x as tf.Tensor4D, 1);
    const walks: Walk[] = [];
    for (let layer = 0; layer < numLayers; layer++) {
      const found = Array.from({ length: directions }, (_, direction) => {
        const index = layer * directions + direction;
        const initial = { h: at(h0, index), c: c0[index] };
        return walk(spec.cell, x, initial, weightsAt(spec, inputs.weights, index), mask, direction);
      });
      walks.push(...found);
      x = x.map((_, t) => {
        const outputs = found.map(({ output }) => at(output, t));
        return directions === 1 ? at(outputs, 0) : tf.concat(outputs, -1);
      });
      if (dropout > 0 && layer + 1 < numLayers) {
        const [replicas = 0, time = 0, batch = 0] = inputs.x.shape;
        const shape = [replicas, time, batch, directions * hiddenSize];
        const coins = dropoutMask(shape, dropout, layer, inputs.seeds ?? []) as tf.Tensor4D;
        x = steps(coins, 1).map((kept, t) => at(x, t).mul(kept));
      }
    }
    const cells = walks.flatMap(({ state }) => state.c ?? []);
    return {
      output: tf.stack(x, 1) as tf.Tensor4D,
      h: tf.stack(walks.map(({ state }) => state.h), 1) as tf.Tensor4D,
      ...(cells.length > 0 ? { c: tf.stack(cells, 1) as tf.Tensor4D } : {}),
      steps: walks.map((walk) => walk.steps),
    };
  });
}

interface State {
  readonly h: tf.Tensor3D;
  readonly c?: tf.Tensor3D | undefined;
}

interface Walk {
  readonly steps: PlainStep[];
  readonly output: tf.Tensor3D[];
  readonly state: State;
}

/** One layer in one direction. */
function walk(
  cell: CellKind,
  x: readonly tf.Tensor3D[],
  initial: State,
  weights: RnnCellWeights,
  mask: readonly tf.Tensor3D[] | undefined,
  direction: number,
): Walk {
  const found: PlainStep[] = [];
  const output: tf.Tensor3D[] = [];
  const order = [...x.keys()];
  if (direction === 1) order.reverse();
  let state = initial;
  for (const t of order) {
    const { gates, hidden, cell: c } = step(cell, at(x, t), state, weights);
    const counts = mask?.[t];
    const carried = <T extends tf.Tensor>(after: T, before: T): T =>
      counts ? counts.mul(after).add<T>(tf.sub(1, counts).mul(before)) : after;
    output[t] = counts ? hidden.mul(counts) : hidden;
    state = { h: carried(hidden, state.h), c: c && state.c && carried(c, state.c) };
    found[t] = { gates, hidden: state.h, ...(state.c ? { cell: state.c } : {}) };
  }
  return { steps: found, output, state };
}

function step(cell: CellKind, x: tf.Tensor3D, { h, c }: State, weights: RnnCellWeights): PlainStep {
  if (cell === "gru") {
    const { hidden, ...gates } = gruCell(x, h, weights);
    return { gates, hidden };
  }
  if (cell === "lstm") {
    const { cell, hidden, ...gates } = lstmCell(x, { h, c: c ?? tf.zerosLike(h) }, weights);
    return { gates, cell, hidden };
  }
  const nonlinearity = cell === "rnn_relu" ? "relu" : "tanh";
  return { gates: {}, hidden: rnnCell(x, h, weights, nonlinearity) };
}

/** The weights of one direction of one layer; `index` counts directions from the first layer on. */
function weightsAt(
  { bias }: StackSpec,
  weights: readonly tf.Tensor[],
  index: number,
): RnnCellWeights {
  const first = index * (bias ? 4 : 2);
  const matrices = { weight_ih: at(weights, first), weight_hh: at(weights, first + 1) };
  if (!bias) return matrices;
  return { ...matrices, bias_ih: at(weights, first + 2), bias_hh: at(weights, first + 3) };
}

/** An entry that is there by construction. */
function at<T>(entries: readonly T[], index: number): T {
  const entry = entries[index];
  if (entry === undefined) throw new RangeError(`no entry ${index} of ${entries.length}`);
  return entry;
}

/**
 * The matrices of a sequence, one a step.
 *
 * @param sequence [sequence, batch, feature]
 * @returns Matrices [batch, feature], the caller's to dispose.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { steps } from "./plain_stack.ts";
 *
 * await selectBackend("cpu");
 * assert(steps(tf.ones([7, 2, 10])).length === 7);
 * ```
 */
export function steps(sequence: tf.Tensor3D): tf.Tensor2D[];
/**
 * The parts of a tensor along an axis.
 *
 * @param sequence A tensor of four axes.
 * @param axis The one that the parts lack.
 * @returns The parts in order, the caller's to dispose.
 */
export function steps(sequence: tf.Tensor4D, axis: number): tf.Tensor3D[];
export function steps(sequence: tf.Tensor, axis = 0): tf.Tensor[] {
  // The gradient of tfjs's unstack fails where there is one part only.
  if (sequence.shape[axis] === 1) return [sequence.squeeze([axis])];
  return tf.unstack(sequence, axis);
}
