import type { NamedTensorMap, Tensor, Tensor3D, TensorInfo } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { assertShape, sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import {
  attentionBackward,
  attentionForward,
  type AttentionOffsets,
  type AttentionParameters,
  type AttentionSize,
} from "../attention_commands.ts";
import { Layout, type Region } from "../program.ts";
import { isTaped, type Output, registerKernel, runOnce } from "./kernel.ts";

/** The parameters of the scores of attention, for R networks. */
export interface ScoreParameters {
  /** [replica, units, width] */
  readonly weight: Tensor;
  /** [replica, units] */
  readonly bias: Tensor;
  /** [replica, units] */
  readonly query: Tensor;
}

/** The inputs of {@link attention}, for R networks. */
export interface AttentionInputs {
  /** The states [replica, sequence, batch, width]. */
  readonly states: Tensor;
  /**
   * The mask [replica, sequence, batch]: 1 if a step counts, 0 if it is padding. Default: all steps
   * count.
   */
  readonly mask?: Tensor | undefined;
  /** The parameters of the scores. Default: all scores are equal. */
  readonly scores?: ScoreParameters | undefined;
}

/** The outputs of {@link attention}. */
export interface AttentionOutputs {
  /** The weighted mean of the states [replica, batch, width]. */
  readonly context: Tensor3D;
  /** The weights [replica, sequence, batch], 0 for padding. */
  readonly weights: Tensor3D;
}

/**
 * The mean of the states of each sequence, weighted by the softmax of query . tanh(weight h + bias),
 * or not weighted, as one tfjs kernel. It has first derivatives with respect to the states and the
 * parameters, and no second derivatives.
 *
 * @param inputs The states, a mask, and the parameters of the scores.
 * @returns The outputs; the caller disposes of them.
 * @throws {InputError} If a tensor has another shape; nothing is launched then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { attention } from "./attention.ts";
 *
 * await selectBackend("cpu");
 * const mask = tf.tensor3d([[[1], [1], [0]]]);
 * const { context, weights } = attention({ states: tf.tensor4d([[[[1]], [[2]], [[9]]]]), mask });
 * assertEquals([[...await context.data()], [...await weights.data()]], [[1.5], [0.5, 0.5, 0]]);
 * ```
 */
export function attention(inputs: AttentionInputs): AttentionOutputs {
  check(inputs);
  const { states, mask, scores } = inputs;
  const named: NamedTensorMap = { states };
  if (mask) named.mask = mask;
  if (scores) Object.assign(named, scores);
  const name = register(Object.keys(named));
  const found = tf.engine().runKernel<Tensor[]>(name, named, { saveUnits: isTaped() });
  const [context, weights, units] = found;
  if (!context || !weights) throw new Error("the attention kernel returned too few tensors");
  // The tape has a reference of its own.
  units?.dispose();
  const [replica = 0, sequence = 0, batch = 0, width = 0] = states.shape;
  return {
    context: context.as3D(replica, batch, width),
    weights: weights.as3D(replica, sequence, batch),
  };
}

function check({ states, mask, scores }: AttentionInputs): void {
  const { shape } = states;
  assertShape("states", shape, { replica: null, sequence: null, batch: null, width: null });
  const [replica = 0, sequence = 0, batch = 0, width = 0] = shape;
  if (mask) assertShape("mask", mask.shape, { replica, sequence, batch });
  if (!scores) return;
  const { weight, bias, query } = scores;
  assertShape("weight", weight.shape, { replica, units: null, width });
  const units = weight.shape[1] ?? 0;
  assertShape("bias", bias.shape, { replica, units });
  assertShape("query", query.shape, { replica, units });
}

const registered = new Set<string>();

/**
 * Registers the kernel for a set of inputs and returns its name. tfjs asks by name which inputs a
 * gradient needs, so each set of inputs has a kernel, registered on first use.
 */
function register(inputs: readonly string[]): string {
  const kernelName = `UnrollAttention(${inputs.join(",")})`;
  if (registered.has(kernelName)) return kernelName;
  registered.add(kernelName);
  const gradientName = `${kernelName}Gradient`;
  registerKernel(kernelName, ({ inputs, attrs }) => forward(inputs, attrs?.saveUnits === true));
  registerKernel(gradientName, ({ inputs }) => backward(inputs));
  const scored = inputs.includes("weight");
  tf.registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    outputsToSave: scored ? [true, true, true] : [true, true],
    gradFunc: (dy, saved) => {
      const [dContext, dWeights] = Array.isArray(dy) ? dy : [dy];
      const names = [...inputs, "context", "attended", "units"].slice(0, saved.length);
      const all = Object.fromEntries(names.map((name, i) => [name, saved[i]]));
      const given = present({ ...all, dContext, dWeights });
      const gradients = tf.engine().runKernel<Tensor[]>(gradientName, given);
      const differentiable = inputs.filter((name) => name !== "mask");
      return Object.fromEntries(differentiable.map((name, i) => [name, () => {
        const gradient = gradients[i];
        if (!gradient) throw new Error(`the attention kernel returned no gradient of ${name}`);
        return gradient;
      }]));
    },
  });
  tf.registerGradient({
    kernelName: gradientName,
    gradFunc: () => {
      const help = 'Attention with implementation: "plain" has further derivatives';
      throw new InputError("derivatives of fused attention", "first ones", "second ones", help);
    },
  });
  return kernelName;
}

function present(tensors: Readonly<Record<string, Tensor | undefined>>): NamedTensorMap {
  const found: NamedTensorMap = {};
  for (const [name, tensor] of Object.entries(tensors)) if (tensor) found[name] = tensor;
  return found;
}

/** Tensors of a call by name; `attended` are the weights of the steps. */
type Given = Readonly<Record<string, TensorInfo | undefined>>;

/** The arena of one call, with a region for each tensor. */
class CallArena {
  readonly layout = new Layout();
  readonly size: AttentionSize;
  readonly replicas: number;
  readonly offsets: AttentionOffsets;
  readonly #regions = new Map<string, Region>();
  readonly #inputs: (readonly [Region, TensorInfo])[] = [];

  constructor(given: Given) {
    const [replicas = 1, steps = 1, batch = 1, width = 1] = given.states?.shape ?? [];
    const units = given.weight?.shape[1] ?? 0;
    this.replicas = replicas;
    this.size = { steps, batch, width, units };
    for (const [name, tensor] of Object.entries(given)) {
      if (!tensor) continue;
      this.#inputs.push([this.add(name, sizeOf(tensor.shape) / replicas), tensor]);
    }
    this.offsets = {
      states: this.add("states", steps * batch * width).offset,
      mask: this.offset("mask"),
      parameters: this.parameters(""),
      units: this.add("units", steps * batch * units).offset,
      weights: this.add("attended", steps * batch).offset,
      context: this.add("context", batch * width).offset,
    };
  }

  /** Returns the region of a name, which is added if it does not exist. */
  add(name: string, size: number): Region {
    const region = this.#regions.get(name) ?? this.layout.add(size);
    this.#regions.set(name, region);
    return region;
  }

  /** Returns the offset of a region; -1 if it does not exist. */
  offset(name: string): number {
    return this.#regions.get(name)?.offset ?? -1;
  }

  /** Returns the offsets of the parameters, or of their gradients. */
  parameters(prefix: "" | "d"): AttentionParameters {
    const [weight = -1, bias = -1, query = -1] = ["weight", "bias", "query"].map((name) =>
      this.offset(prefix + name)
    );
    return { weight, bias, query };
  }

  run(commands: Parameters<typeof runOnce>[0]["commands"], outputs: Output[]): TensorInfo[] {
    const { layout, replicas } = this;
    return runOnce({ layout, replicas, inputs: this.#inputs, commands, outputs });
  }
}

/** Returns the context, the weights and, if they are asked for, the hidden units of the scores. */
function forward(given: Given, saveUnits: boolean): TensorInfo[] {
  const call = new CallArena(given);
  const { replicas, size: { steps, batch, width, units } } = call;
  const outputs: Output[] = [
    [call.add("context", 0), [replicas, batch, width]],
    [call.add("attended", 0), [replicas, steps, batch]],
  ];
  if (saveUnits && units > 0) {
    outputs.push([call.add("units", 0), [replicas, steps, batch, units]]);
  }
  return call.run(attentionForward(call.size, call.offsets), outputs);
}

/** Returns the gradients of the states and of the parameters. */
function backward(given: Given): TensorInfo[] {
  const call = new CallArena(given);
  const { replicas, size: { steps, batch, width, units } } = call;
  const shapes = { dweight: [units, width], dbias: [units], dquery: [units] };
  const dStates = call.add("dStates", steps * batch * width);
  const outputs: Output[] = [[dStates, [replicas, steps, batch, width]]];
  for (const [name, shape] of Object.entries(shapes)) {
    if (units > 0) outputs.push([call.add(name, sizeOf(shape)), [replicas, ...shape]]);
  }
  const commands = attentionBackward(call.size, call.offsets, {
    dContext: call.offset("dContext"),
    dWeights: call.offset("dWeights"),
    dStates: dStates.offset,
    dParameters: call.parameters("d"),
  });
  return call.run(commands, outputs);
}
