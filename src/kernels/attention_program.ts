/**
 * Routines that measure the attention of a network: the logits of single steps, and the gradient of
 * the output with respect to the input vectors.
 *
 * @module
 */
import { attentionBackward } from "./attention_commands.ts";
import { cells } from "./cells.ts";
import { type Command, gemm } from "./instructions.ts";
import {
  batchCounts,
  headWeight,
  type NetworkSpec,
  outputWidth,
  withoutDropout,
} from "./network.ts";
import {
  forwardCommands,
  type ForwardLayout,
  layoutParameters,
  outputOffset,
  readoutOffsets,
  stackOffsets,
} from "./network_forward.ts";
import { layoutReadout, readoutBackward } from "./network_readout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import {
  directionsOf,
  layoutInterLayerGradients,
  layoutResiduals,
  type StackSize,
  stateOffsets,
  weightShapes,
} from "./stack.ts";
import { stackBackward } from "./stack_commands.ts";

/** The sizes of a batch without padding. */
export type AttentionBatch = Pick<StackSize, "steps" | "batch">;

/** The routines for batches of one size, by name, and the regions that they read and write. */
export interface AttentionRoutines {
  /** Computes the output, and the weights of the steps. */
  readonly output: string;
  /** Computes the output, the weights of the steps, and the logits of each step. */
  readonly attend: string;
  /**
   * Computes the gradient with respect to the input vectors, with the weights of the steps held
   * constant. It must follow `output` or `attend`, and replaces what these have computed.
   */
  readonly fixed: string;
  /** The same as `fixed`, with the gradient that flows through the weights. */
  readonly through: string;
  /** The ids of the input [steps, batch], as floats. */
  readonly x: Region;
  /** The weights of the steps [steps, batch]. */
  readonly weights: Region;
  /** The output [batch, classes]. */
  readonly logits: Region;
  /** The output that each step would have with a weight of 1 [steps, batch, classes]. */
  readonly stepLogits: Region;
  /** The gradient with respect to the output [batch, classes]. */
  readonly dLogits: Region;
  /** The input vectors [steps, batch, input]. */
  readonly embedded: Region;
  /** The gradient with respect to the input vectors [steps, batch, input]. */
  readonly dEmbedded: Region;
}

/** A program for batches of several sizes, all of the same network. */
export interface AttentionProgram {
  /** The program. */
  readonly program: Program;
  /** All parameters, in the order of {@link networkShapes}. */
  readonly parameters: Region;
  /** The routines, in the order of the sizes. */
  readonly routines: readonly AttentionRoutines[];
}

/**
 * Builds the program that measures the attention of a network. The batches of all sizes use the
 * same memory, one after the other.
 *
 * @param training A network with an embedding, a head, and a readout that weighs steps; its dropout
 * is ignored.
 * @param sizes The different sizes of the batches.
 */
export function attentionProgram(
  training: NetworkSpec,
  sizes: readonly AttentionBatch[],
): AttentionProgram {
  const spec = withoutDropout(training);
  const { count } = layoutParameters(spec);
  const parameters = new Layout().add(count);
  const made = sizes.map((size) => routinesOf(spec, { ...size, masked: false }));
  const commands = made.flatMap(({ commands }) => Object.entries(commands));
  return {
    program: {
      size: made.reduce((most, { size }) => Math.max(most, size), count),
      routines: Object.fromEntries(commands),
    },
    parameters,
    routines: made.map(({ routines }) => routines),
  };
}

/** The routines for one size, their commands by name, and the size of the arena. */
interface Made {
  readonly routines: AttentionRoutines;
  readonly commands: Readonly<Record<string, readonly Command[]>>;
  readonly size: number;
}

function routinesOf(spec: NetworkSpec, size: StackSize): Made {
  const arena = new Layout();
  const { count, parameterOffset } = layoutParameters(spec);
  const counts = batchCounts(spec, { kind: "squaredError" }, size);
  const { rows, outRows, outWidth } = counts;
  const parameters = arena.add(count);
  const gradients = arena.add(count);
  const x = arena.add(counts.x);
  const embedded = arena.add(rows * spec.stack.inputSize);
  const residuals = layoutResiduals(arena, spec.stack, size);
  const readout = layoutReadout(arena, spec, size);
  const logits = arena.add(outRows * outWidth);
  const layout: ForwardLayout = {
    ...{ parameters, parameterOffset, counts, residuals, readout, logits },
    ...{ input: x.offset, embedded: embedded.offset },
    ...{ currentMask: -1, hyperOffset: -1, dropped: null },
  };
  const stepLogits = arena.add(rows * outWidth);
  const dLogits = arena.add(outRows * outWidth);
  const dEmbedded = arena.add(rows * spec.stack.inputSize);
  const gradientLayout: GradientLayout = {
    gradients,
    dLogits,
    dEmbedded,
    dTop: arena.add(outRows * outputWidth(spec.stack)),
    dOutputs: arena.add(rows * outputWidth(spec.stack)),
    dStates: arena.add(stateOffsets(spec.stack, size, residuals).length * stateSize(spec, size)),
    interLayer: layoutInterLayerGradients(arena, spec.stack, size),
  };
  const output = [...clearStates(spec, size, layout), ...forwardCommands(spec, size, layout)];
  const name = (what: string): string => `${what} ${size.steps} ${size.batch}`;
  return {
    routines: {
      ...{ output: name("output"), attend: name("attend") },
      ...{ fixed: name("fixed"), through: name("through") },
      ...{ x, weights: readout.weights ?? x, stepLogits, dLogits, embedded, dEmbedded },
      logits: { offset: outputOffset(spec, size, layout), size: outRows * outWidth },
    },
    commands: {
      [name("output")]: output,
      [name("attend")]: [...output, stepsToLogits(spec, size, layout, stepLogits)],
      [name("fixed")]: gradientCommands(spec, size, layout, gradientLayout, "fixed"),
      [name("through")]: gradientCommands(spec, size, layout, gradientLayout, "through"),
    },
    size: arena.size,
  };
}

function stateSize({ stack }: NetworkSpec, { batch }: StackSize): number {
  return batch * stack.hiddenSize;
}

function clearStates(
  spec: NetworkSpec,
  size: StackSize,
  { residuals }: ForwardLayout,
): Command[] {
  return stateOffsets(spec.stack, size, residuals).map(({ initial: to }) => {
    return { op: "clear", count: stateSize(spec, size), to };
  });
}

/** The command from the output of each step to the logits that it gives alone. */
function stepsToLogits(
  spec: NetworkSpec,
  size: StackSize,
  layout: ForwardLayout,
  to: Region,
): Command {
  const { counts: { rows, outWidth }, parameters } = layout;
  const width = outputWidth(spec.stack);
  const states = { offset: readoutOffsets(spec, size, layout).outputs, ld: width };
  const offset = layout.parameterOffset(parameters, headWeight(spec));
  const bias = layout.parameterOffset(parameters, "head.bias");
  const weight = { offset, ld: width, transposed: true };
  return gemm([rows, outWidth, width], states, weight, { offset: to.offset, ld: outWidth }, {
    bias,
  });
}

/** The regions of the gradients. */
interface GradientLayout extends Pick<AttentionRoutines, "dLogits" | "dEmbedded"> {
  /** With respect to the parameters, in their order. It is not read. */
  readonly gradients: Region;
  /** With respect to what the head reads [batch, width]. */
  readonly dTop: Region;
  /** With respect to the outputs of the top layer [steps, batch, width]. */
  readonly dOutputs: Region;
  /** With respect to the last states of all layers. */
  readonly dStates: Region;
  /** With respect to the outputs of the layers below the top one. */
  readonly interLayer: readonly number[];
}

/** The commands from the gradient of the output to that of the input vectors. */
function gradientCommands(
  spec: NetworkSpec,
  size: StackSize,
  layout: ForwardLayout,
  { gradients, dLogits, dEmbedded, dTop, dOutputs, dStates, interLayer }: GradientLayout,
  kind: "fixed" | "through",
): Command[] {
  const { stack } = spec;
  const { counts: { outRows, outWidth }, parameters, parameterOffset } = layout;
  const width = outputWidth(stack);
  const offsets = readoutOffsets(spec, size, layout);
  const gradient = { offset: dLogits.offset, ld: outWidth };
  const head = { offset: parameterOffset(parameters, headWeight(spec)), ld: width };
  const top = { offset: dTop.offset, ld: width };
  const each = stateSize(spec, size);
  const count = stack.numLayers * directionsOf(stack);
  const [dH = [], dC = []] = cells[stack.cell].states.map((_, part) =>
    Array.from({ length: count }, (_, i) => dStates.offset + (part * count + i) * each)
  );
  const names = weightShapes(stack).map(({ name }) => `recurrent.${name}`);
  return [
    { op: "clear", count: dStates.size, to: dStates.offset },
    gemm([outRows, width, outWidth], gradient, head, top),
    ...(kind === "fixed"
      ? fixedBackward(spec, size, layout, dTop, dOutputs)
      : readoutBackward(spec, size, offsets, {
        dTop: dTop.offset,
        dOutputs: dOutputs.offset,
        dFinals: [],
        parameter: (name) => parameterOffset(gradients, name),
      })),
    ...stackBackward(stack, size, stackOffsets(spec, layout), {
      ...{ dOutput: dOutputs.offset, dH, dC, dX: dEmbedded.offset, interLayer },
      dWeights: names.map((name) => parameterOffset(gradients, name)),
    }),
  ];
}

/** The commands from the gradient of the weighted mean to that of the states, for given weights. */
function fixedBackward(
  { stack }: NetworkSpec,
  { steps, batch }: StackSize,
  { readout, residuals }: ForwardLayout,
  dTop: Region,
  dOutputs: Region,
): Command[] {
  const none = { weight: -1, bias: -1, query: -1 };
  // The mean has no scores through which a gradient could flow; its weights are those in memory.
  return attentionBackward({ steps, batch, width: outputWidth(stack), units: 0 }, {
    ...{ states: residuals.at(-1)?.output ?? -1, mask: -1, parameters: none, units: -1 },
    ...{ weights: readout.weights?.offset ?? -1, context: readout.top?.offset ?? -1 },
  }, {
    ...{ dContext: dTop.offset, dWeights: -1, dStates: dOutputs.offset, dParameters: none },
  });
}
