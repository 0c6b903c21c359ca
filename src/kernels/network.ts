import { InputError } from "../core/errors.ts";
import { directionsOf, type StackSize, type StackSpec, weightShapes } from "./stack.ts";

/**
 * A network that the kernels compute as one program: embedding, recurrent layers, linear head.
 * {@link trainingProgram} adds loss and optimizer.
 */
export interface NetworkSpec {
  /** The recurrent layers. */
  readonly stack: StackSpec;
  /** The embedding of ids; `null` if the input is numbers. */
  readonly embedding: NetworkEmbedding | null;
  /** The probability of dropout between the top layer and the head. */
  readonly dropout: number;
  /**
   * The linear layer on top; `null` if the output of the network is that of the recurrent layers.
   */
  readonly head: NetworkHead | null;
  /** What the head reads of the top recurrent layer. */
  readonly readout: Readout;
}

/**
 * What is read of the top recurrent layer: the outputs of all steps; the last states, those of both
 * directions side by side; the mean of the outputs over the steps that count; or their weighted
 * mean by additive attention, where the scores of a step have `attention` hidden units.
 */
export type Readout = "all" | "last" | "mean" | { readonly attention: number };

/**
 * Returns the hidden units of the scores by which a readout weighs steps: 0 for the mean, whose
 * scores are equal; `null` if it does not weigh steps.
 */
export function scoreSize(readout: Readout): number | null {
  if (readout === "mean") return 0;
  return readout === "all" || readout === "last" ? null : readout.attention;
}

/** Returns a network without its dropout, which is active in training only. */
export function withoutDropout(spec: NetworkSpec): NetworkSpec {
  return { ...spec, stack: { ...spec.stack, dropout: 0 }, dropout: 0 };
}

/** The embedding of a network. */
export interface NetworkEmbedding {
  /** The number of ids, which are the rows of the table. */
  readonly vocabulary: number;
  /** The id whose row has a gradient of 0; `null` if every row is trained. */
  readonly padding: number | null;
}

/** The linear layer on top of a network. */
export interface NetworkHead {
  /** The number of features of the output. */
  readonly outFeatures: number;
  /** Whether there is a bias. */
  readonly bias: boolean;
  /**
   * Whether the weight is the table of the embedding. The gradients of both uses are then added up.
   */
  readonly tied: boolean;
}

/** A loss that the kernels know. */
export type NetworkLoss =
  | { readonly kind: "squaredError" }
  | { readonly kind: "crossEntropy"; readonly ignoreIndex: number | null };

/** The ignored target if no class is ignored: no target is negative. */
export const NO_CLASS = -1;

/**
 * Returns the target that the kernels ignore. The kernels compare targets as float32.
 *
 * @param ignoreIndex The target that does not count; `null` if all count.
 * @returns An integer that float32 represents exactly.
 * @throws {InputError} If `ignoreIndex` is not an integer from -2^24 to 2^24: larger integers are
 *   not distinct in float32.
 */
export function ignoredClass(ignoreIndex: number | null): number {
  const ignored = ignoreIndex ?? NO_CLASS;
  if (Number.isInteger(ignored) && Math.abs(ignored) <= 2 ** 24) return ignored;
  throw new InputError("ignoreIndex", "an integer from -16777216 to 16777216", ignored);
}

/** The name and shape of a parameter. */
export interface NamedShape {
  /** The name in the state dict. */
  readonly name: string;
  /** The size of each axis of the parameter. */
  readonly shape: readonly number[];
}

/** The name of the embedding's table. */
export const TABLE = "embedding.weight";

/** Returns the name of the head's weight. */
export function headWeight({ head }: NetworkSpec): string {
  return head?.tied ? TABLE : "head.weight";
}

/**
 * Returns the names and shapes of the parameters of a network, in the order in which they are
 * stored in the arena. A tied weight is listed once.
 */
export function networkShapes(spec: NetworkSpec): NamedShape[] {
  const { embedding, stack, head } = spec;
  const width = outputWidth(stack);
  const units = scoreSize(spec.readout) ?? 0;
  const table = { name: TABLE, shape: [embedding?.vocabulary ?? 0, stack.inputSize] };
  const weight = { name: "head.weight", shape: [head?.outFeatures ?? 0, width] };
  const attention = [
    { name: "attention.weight", shape: [units, width] },
    { name: "attention.bias", shape: [units] },
    { name: "attention.query", shape: [units] },
  ];
  return [
    ...(embedding ? [table] : []),
    ...weightShapes(stack).map(({ name, shape }) => ({ name: `recurrent.${name}`, shape })),
    ...(units > 0 ? attention : []),
    ...(head && !head.tied ? [weight] : []),
    ...(head?.bias ? [{ name: "head.bias", shape: [head.outFeatures] }] : []),
  ];
}

/** Returns the number of features of the output of the recurrent layers. */
export function outputWidth(stack: StackSpec): number {
  return stack.hiddenSize * directionsOf(stack);
}

/** The sizes of one batch. */
export interface BatchCounts {
  /** The number of rows of the input: steps * batch. */
  readonly rows: number;
  /** The number of rows of the output: `rows` if all steps are read, else `batch`. */
  readonly outRows: number;
  /** The number of features of the output. */
  readonly outWidth: number;
  /** The size of the input in numbers. */
  readonly x: number;
  /** The size of the target in numbers. */
  readonly target: number;
  /** The size of the mask in numbers; 0 if there is no mask. */
  readonly mask: number;
}

/** Returns the sizes of one batch. */
export function batchCounts(spec: NetworkSpec, loss: NetworkLoss, size: StackSize): BatchCounts {
  const rows = size.steps * size.batch;
  const outRows = spec.readout === "all" ? rows : size.batch;
  const outWidth = spec.head?.outFeatures ?? outputWidth(spec.stack);
  return {
    rows,
    outRows,
    outWidth,
    x: spec.embedding ? rows : rows * spec.stack.inputSize,
    target: loss.kind === "crossEntropy" ? outRows : outRows * outWidth,
    mask: size.masked ? rows : 0,
  };
}
