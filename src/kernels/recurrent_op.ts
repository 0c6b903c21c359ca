import * as tf from "@tensorflow/tfjs";
import { assertShape } from "../core/shapes.ts";
import { InputError } from "../core/errors.ts";
import { kernelBackends } from "./executors.ts";
import { recurrentBackward, type RecurrentCall, recurrentForward } from "./recurrent_kernel.ts";
import { isTaped } from "./run_once.ts";
import { gatesOf, type StackSpec, weightShapes } from "./stack.ts";

/** What {@link recurrent} computes on; R networks, each with its own. */
export interface RecurrentInputs {
  /** The input [replica, sequence, batch, input]. */
  readonly x: tf.Tensor;
  /** The initial states [replica, layers * directions, batch, hidden]. */
  readonly h0: tf.Tensor;
  /** The LSTM's initial cell states, as h0; for the other cells, none. */
  readonly c0?: tf.Tensor | undefined;
  /** The weights in the order of {@link weightShapes}, each with a leading axis of replicas. */
  readonly weights: readonly tf.Tensor[];
  /** 1 where a step counts, 0 where it is padding [replica, sequence, batch]; by default all count. */
  readonly mask?: tf.Tensor | undefined;
  /**
   * The seeds of dropout, integers below 2^24, wanted where the spec has dropout: two for all
   * replicas, or two for each.
   */
  readonly seeds?: readonly number[] | undefined;
}

/** What {@link recurrent} gives. */
export interface RecurrentOutputs {
  /** [replica, sequence, batch, directions * hidden] */
  readonly output: tf.Tensor4D;
  /** The last states [replica, layers * directions, batch, hidden]. */
  readonly h: tf.Tensor4D;
  /** The LSTM's last cell states, as h. */
  readonly c?: tf.Tensor4D;
  /**
   * What the backward pass needs, and what a trace reads [replica, numbers]; no gradient. It is
   * there under a tape, and if it was asked for.
   */
  readonly kept?: tf.Tensor2D;
}

/**
 * Runs stacked recurrent layers over whole sequences, as one kernel of tfjs with a gradient with
 * respect to the input, the initial states and the weights. It has first derivatives and no further ones.
 *
 * @param spec The layers.
 * @param inputs What they compute on.
 * @param keep Whether to give what the backward pass needs; by default if a gradient is taped.
 * @returns Tensors that are the caller's to dispose.
 * @throws {InputError} On shapes that do not fit, naming the axes, before anything is launched.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { recurrent } from "./recurrent_op.ts";
 *
 * await selectBackend("cpu");
 * const { output } = recurrent(
 *   {
 *     cell: "rnn_tanh",
 *     inputSize: 2,
 *     hiddenSize: 3,
 *     numLayers: 1,
 *     bidirectional: false,
 *     bias: false,
 *     dropout: 0,
 *   },
 *   { x: tf.ones([1, 5, 4, 2]), h0: tf.zeros([1, 1, 4, 3]), weights: [tf.ones([1, 3, 2]), tf.ones([1, 3, 3])] },
 * );
 * assertEquals(output.shape, [1, 5, 4, 3]);
 * ```
 */
export function recurrent(
  spec: StackSpec,
  inputs: RecurrentInputs,
  keep = isTaped(),
): RecurrentOutputs {
  check(spec, inputs);
  const { x, h0, c0, weights, mask, seeds = [] } = inputs;
  const named: tf.NamedTensorMap = { x, h0 };
  if (c0) named.c0 = c0;
  if (mask) named.mask = mask;
  weights.forEach((weight, i) => named[`w${i}`] = weight);
  const name = register(Object.keys(named));
  const results = tf.engine().runKernel<tf.Tensor[]>(name, named, {
    ...spec,
    seeds: [...seeds],
    keep,
  });
  const [output, h, ...rest] = results;
  const c = c0 ? rest.shift() : undefined;
  const [kept] = rest;
  if (!output || !h) throw new Error("the recurrent kernel gave too few tensors");
  return {
    output: output.as4D(...four(output)),
    h: h.as4D(...four(h)),
    ...(c ? { c: c.as4D(...four(c)) } : {}),
    ...(kept ? { kept: kept.as2D(kept.shape[0] ?? 0, kept.shape[1] ?? 0) } : {}),
  };
}

function check(spec: StackSpec, { x, h0, c0, weights, mask, seeds }: RecurrentInputs): void {
  const { inputSize, hiddenSize, numLayers, bidirectional, cell } = spec;
  const [replica = 0, sequence = 0, batch = 0] = x.shape;
  assertShape("x", x.shape, { replica: null, sequence: null, batch: null, input: inputSize });
  const state = {
    replica,
    "layers * directions": numLayers * (bidirectional ? 2 : 1),
    batch,
    hidden: hiddenSize,
  };
  assertShape("h0", h0.shape, state);
  if ((cell === "lstm") !== (c0 !== undefined)) {
    throw new InputError("c0", cell === "lstm" ? "a tensor" : "absent", c0?.shape);
  }
  if (c0) assertShape("c0", c0.shape, state);
  if (mask) assertShape("mask", mask.shape, { replica, sequence, batch });
  const wanted = weightShapes(spec);
  if (weights.length !== wanted.length) {
    throw new InputError("weights", `${wanted.length} tensors`, weights.length);
  }
  wanted.forEach(({ name, shape: [rows = 0, columns] }, i) => {
    const axes = { replica, [`${gatesOf[cell]} * hidden`]: rows };
    assertShape(name, weights[i]?.shape ?? [], columns === undefined ? axes : { ...axes, columns });
  });
  const count = seeds?.length ?? 0;
  if (spec.dropout > 0 && count !== 2 && count !== 2 * replica) {
    const wanted = replica === 1 ? "2 integers" : `2 or ${2 * replica} integers`;
    throw new InputError("seeds", wanted, seeds);
  }
}

const registered = new Set<string>();

/**
 * tfjs asks by name which inputs a gradient needs, so there is a kernel for each set of inputs,
 * made when it is first used.
 */
function register(inputs: readonly string[]): string {
  const kernelName = `UnrollRecurrent(${inputs.join(",")})`;
  if (registered.has(kernelName)) return kernelName;
  registered.add(kernelName);
  const gradientName = `${kernelName}Gradient`;
  for (const backendName of kernelBackends) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => recurrentForward(callOf(inputs, attrs)),
    });
    tf.registerKernel({
      kernelName: gradientName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => recurrentBackward(callOf(inputs, attrs)),
    });
  }
  tf.registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    outputsToSave: inputs.includes("c0") ? [false, false, false, true] : [false, false, true],
    gradFunc: (dy, saved, attrs) => {
      const [dOutput, dHidden, third] = Array.isArray(dy) ? dy : [dy];
      const dCell = inputs.includes("c0") ? third : undefined;
      const named = Object.fromEntries([...inputs, "kept"].map((name, i) => [name, saved[i]]));
      const all = { ...named, dOutput, dHidden, ...(dCell ? { dCell } : {}) };
      // What is saved is in the order of `inputs`, and so are the gradients, but for the mask's.
      const gradients = tf.engine().runKernel<tf.Tensor[]>(gradientName, present(all), attrs);
      const differentiable = inputs.filter((name) => name !== "mask");
      return Object.fromEntries(differentiable.map((name, i) => [name, () => {
        const gradient = gradients[i];
        if (!gradient) throw new Error(`the recurrent kernel gave no gradient of ${name}`);
        return gradient;
      }]));
    },
  });
  tf.registerGradient({
    kernelName: gradientName,
    gradFunc: () => {
      const help = 'Layers with implementation: "plain" have further derivatives';
      throw new InputError("derivatives of fused layers", "first ones", "second ones", help);
    },
  });
  return kernelName;
}

function present(tensors: Readonly<Record<string, tf.Tensor | undefined>>): tf.NamedTensorMap {
  const found: tf.NamedTensorMap = {};
  for (const [name, tensor] of Object.entries(tensors)) if (tensor) found[name] = tensor;
  return found;
}

function callOf(inputs: tf.NamedTensorInfoMap, attrs: unknown): RecurrentCall {
  return { inputs, attrs: attrs as RecurrentCall["attrs"] };
}

function four(
  { shape: [a = 0, b = 0, c = 0, d = 0] }: tf.Tensor,
): [number, number, number, number] {
  return [a, b, c, d];
}
