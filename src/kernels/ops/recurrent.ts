import type {
  NamedTensorInfoMap,
  NamedTensorMap,
  Tensor,
  Tensor2D,
  Tensor4D,
} from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { assertShape } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { cells } from "../cells.ts";
import { directionsOf, type StackSpec, weightShapes } from "../stack.ts";
import { isTaped, registerKernel } from "./kernel.ts";
import { recurrentBackward, type RecurrentCall, recurrentForward } from "./recurrent_kernel.ts";

/** The inputs of {@link recurrent}, for R networks. */
export interface RecurrentInputs {
  /** The input [replica, sequence, batch, input]. */
  readonly x: Tensor;
  /** The initial hidden states [replica, layers * directions, batch, hidden]. */
  readonly h0: Tensor;
  /** The initial cell states of an LSTM, of the shape of `h0`; `undefined` for other cells. */
  readonly c0?: Tensor | undefined;
  /** The weights in the order of {@link weightShapes}, each with a leading replica axis. */
  readonly weights: readonly Tensor[];
  /**
   * The mask [replica, sequence, batch]: 1 if a step counts, 0 if it is padding. Default: all steps
   * count.
   */
  readonly mask?: Tensor | undefined;
  /**
   * The seeds of dropout, integers below 2^24: two for all replicas, or two for each. Required if
   * the stack has dropout.
   */
  readonly seeds?: readonly number[] | undefined;
}

/** The outputs of {@link recurrent}. */
export interface RecurrentOutputs {
  /** The output [replica, sequence, batch, directions * hidden]. */
  readonly output: Tensor4D;
  /** The final hidden states [replica, layers * directions, batch, hidden]. */
  readonly h: Tensor4D;
  /** The final cell states of an LSTM, of the shape of `h`. */
  readonly c?: Tensor4D;
  /**
   * The values that the backward pass and a trace need [replica, numbers], without a gradient.
   * Present if `saveResiduals` is true.
   */
  readonly residuals?: Tensor2D;
}

/**
 * Runs stacked recurrent layers over whole sequences, as one tfjs kernel. It has first derivatives
 * with respect to the input, the initial states and the weights, and no second derivatives.
 *
 * @param spec The layers.
 * @param inputs The inputs.
 * @param saveResiduals Whether the residuals are returned. Default: whether a gradient tape is
 *   open.
 * @returns The outputs; the caller disposes of them.
 * @throws {InputError} If the inputs do not have the shapes that `spec` implies; nothing is
 *   launched then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { recurrent } from "./recurrent.ts";
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
  saveResiduals = isTaped(),
): RecurrentOutputs {
  check(spec, inputs);
  const { x, h0, c0, weights, mask, seeds = [] } = inputs;
  const named: NamedTensorMap = { x, h0 };
  if (c0) named.c0 = c0;
  if (mask) named.mask = mask;
  weights.forEach((weight, i) => named[`w${i}`] = weight);
  const name = register(Object.keys(named));
  const results = tf.engine().runKernel<Tensor[]>(name, named, {
    ...spec,
    seeds: [...seeds],
    saveResiduals,
  });
  const [output, h, ...rest] = results;
  const c = c0 ? rest.shift() : undefined;
  const [residuals] = rest;
  if (!output || !h) throw new Error("the recurrent kernel returned too few tensors");
  return {
    output: output.as4D(...four(output)),
    h: h.as4D(...four(h)),
    ...(c ? { c: c.as4D(...four(c)) } : {}),
    ...(residuals
      ? { residuals: residuals.as2D(residuals.shape[0] ?? 0, residuals.shape[1] ?? 0) }
      : {}),
  };
}

function check(spec: StackSpec, { x, h0, c0, weights, mask, seeds }: RecurrentInputs): void {
  const { inputSize, hiddenSize, numLayers } = spec;
  const { gates, states } = cells[spec.cell];
  const [replica = 0, sequence = 0, batch = 0] = x.shape;
  assertShape("x", x.shape, { replica: null, sequence: null, batch: null, input: inputSize });
  const state = {
    replica,
    "layers * directions": numLayers * directionsOf(spec),
    batch,
    hidden: hiddenSize,
  };
  assertShape("h0", h0.shape, state);
  const hasCellState = states.includes("c");
  if (hasCellState !== (c0 !== undefined)) {
    throw new InputError("c0", hasCellState ? "a tensor" : "absent", c0?.shape);
  }
  if (c0) assertShape("c0", c0.shape, state);
  if (mask) assertShape("mask", mask.shape, { replica, sequence, batch });
  const wanted = weightShapes(spec);
  if (weights.length !== wanted.length) {
    throw new InputError("weights", `${wanted.length} tensors`, weights.length);
  }
  wanted.forEach(({ name, shape: [rows = 0, columns] }, i) => {
    const axes = { replica, [`${gates.length} * hidden`]: rows };
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
 * Registers the kernel for a set of inputs and returns its name. tfjs asks by name which inputs a
 * gradient needs, so each set of inputs has a kernel, registered on first use.
 */
function register(inputs: readonly string[]): string {
  const kernelName = `UnrollRecurrent(${inputs.join(",")})`;
  if (registered.has(kernelName)) return kernelName;
  registered.add(kernelName);
  const gradientName = `${kernelName}Gradient`;
  registerKernel(kernelName, ({ inputs, attrs }) => recurrentForward(callOf(inputs, attrs)));
  registerKernel(gradientName, ({ inputs, attrs }) => recurrentBackward(callOf(inputs, attrs)));
  const hasCellState = inputs.includes("c0");
  tf.registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    // The outputs are output, h, c (if there is a cell state) and residuals; only the residuals are
    // saved.
    outputsToSave: hasCellState ? [false, false, false, true] : [false, false, true],
    gradFunc: (dy, saved, attrs) => {
      const [dOutput, dH, third] = Array.isArray(dy) ? dy : [dy];
      const dC = hasCellState ? third : undefined;
      const named = Object.fromEntries([...inputs, "residuals"].map((name, i) => [name, saved[i]]));
      const all = { ...named, dOutput, dH, ...(dC ? { dC } : {}) };
      // Saved tensors and gradients are in the order of `inputs`; the mask has no gradient.
      const gradients = tf.engine().runKernel<Tensor[]>(gradientName, present(all), attrs);
      const differentiable = inputs.filter((name) => name !== "mask");
      return Object.fromEntries(differentiable.map((name, i) => [name, () => {
        const gradient = gradients[i];
        if (!gradient) throw new Error(`the recurrent kernel returned no gradient of ${name}`);
        return gradient;
      }]));
    },
  });
  tf.registerGradient({
    kernelName: gradientName,
    gradFunc: () => {
      const help = 'Layers with implementation: "plain" have further derivatives';
      throw new InputError("derivatives of fused layers", "of first order", "second order", help);
    },
  });
  return kernelName;
}

function present(tensors: Readonly<Record<string, Tensor | undefined>>): NamedTensorMap {
  const found: NamedTensorMap = {};
  for (const [name, tensor] of Object.entries(tensors)) if (tensor) found[name] = tensor;
  return found;
}

function callOf(inputs: NamedTensorInfoMap, attrs: unknown): RecurrentCall {
  return { inputs, attrs: attrs as RecurrentCall["attrs"] };
}

function four(
  { shape: [a = 0, b = 0, c = 0, d = 0] }: Tensor,
): [number, number, number, number] {
  return [a, b, c, d];
}
