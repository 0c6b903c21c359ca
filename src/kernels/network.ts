import { InputError } from "../core/errors.ts";
import type { StackSize, StackSpec } from "./stack.ts";
import { weightShapes } from "./stack.ts";

export { sizeOf } from "../core/shapes.ts";

/** A network that trains as one program: embedding, recurrent layers, linear head, loss, Adam. */
export interface NetworkSpec {
  /** The recurrent layers. */
  readonly stack: StackSpec;
  /** The table that makes inputs of ids; `null` where the input is numbers. */
  readonly embedding: { readonly vocabulary: number; readonly padding: number | null } | null;
  /** The share of the top layer's output that is dropped before the head. */
  readonly dropout: number;
  /** The linear layer on top; `null` where the loss is on the states. */
  readonly head: NetworkHead | null;
  /** Whether every step has an output or only the last state has. */
  readonly readout: "all" | "last";
}

/** The linear layer on top of a network. */
export interface NetworkHead {
  /** Features of an output. */
  readonly outFeatures: number;
  /** Whether there is a bias. */
  readonly bias: boolean;
  /** Whether the embedding's table is its weight: one parameter, whose gradient is both uses'. */
  readonly tied: boolean;
}

/** A loss that the program knows. */
export type NetworkLoss =
  | { readonly kind: "squaredError" }
  | { readonly kind: "crossEntropy"; readonly ignoreIndex: number | null };

/** What stands in targets for "does not count" where no class is ignored: no class is below 0. */
export const NO_CLASS = -1;

/**
 * The target that the kernels leave out, which they compare as float32.
 *
 * @param ignoreIndex The target that does not count; `null` if every one does.
 * @returns An integer that float32 holds exactly.
 * @throws {InputError} If `ignoreIndex` is not such an integer: it would equal its neighbours.
 */
export function ignoredClass(ignoreIndex: number | null): number {
  const ignored = ignoreIndex ?? NO_CLASS;
  if (Number.isInteger(ignored) && Math.abs(ignored) <= 2 ** 24) return ignored;
  throw new InputError("ignoreIndex", "an integer from -16777216 to 16777216", ignored);
}

/** What a network's program runs over. */
export interface NetworkSize extends StackSize {
  /** How many batches one run takes. */
  readonly capacity: number;
}

/** A parameter's name and shape. */
export interface NamedShape {
  /** Its name in the state dict. */
  readonly name: string;
  /** Its sizes by axis. */
  readonly shape: readonly number[];
}

/** The name of the table that makes inputs of ids. */
export const TABLE = "embedding.weight";

/** The name of what the head multiplies by. */
export function headWeight({ head }: NetworkSpec): string {
  return head?.tied ? TABLE : "head.weight";
}

/**
 * The parameters of a network, in the order in which they lie in the arena; a tied head's weight is
 * there once.
 */
export function networkShapes(spec: NetworkSpec): NamedShape[] {
  const { embedding, stack, head } = spec;
  const table = { name: TABLE, shape: [embedding?.vocabulary ?? 0, stack.inputSize] };
  const weight = { name: "head.weight", shape: [head?.outFeatures ?? 0, outputWidth(stack)] };
  return [
    ...(embedding ? [table] : []),
    ...weightShapes(stack).map(({ name, shape }) => ({ name: `recurrent.${name}`, shape })),
    ...(head && !head.tied ? [weight] : []),
    ...(head?.bias ? [{ name: "head.bias", shape: [head.outFeatures] }] : []),
  ];
}

/** Features of the output of the recurrent layers. */
export function outputWidth({ hiddenSize, bidirectional }: StackSpec): number {
  return hiddenSize * (bidirectional ? 2 : 1);
}

/** The sizes of one batch, in numbers and rows. */
export interface BatchCounts {
  /** Rows of input: steps * batch. */
  readonly rows: number;
  /** Rows of output: as many, or the batch where only the last state is read. */
  readonly outRows: number;
  /** Features of an output. */
  readonly outWidth: number;
  /** Numbers of an input. */
  readonly x: number;
  /** Numbers of a target. */
  readonly target: number;
  /** Numbers of a mask. */
  readonly mask: number;
}

/** What one batch takes. */
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
