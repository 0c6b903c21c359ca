import type { NetworkLoss, NetworkSpec } from "../kernels/network.ts";
import type { Model } from "../model/model.ts";
import { type Batch, checkIds, checkValues } from "./batch.ts";

/** The sizes of a batch that a program is written for. */
export interface BatchSizes {
  /** Steps of the sequences. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Whether there is a mask. */
  readonly masked: boolean;
}

/** The sizes of a batch for a model. */
export function batchSizes(
  { replicas }: Pick<Model, "replicas">,
  { x, mask }: Batch,
): BatchSizes {
  const [steps = 1, batch = 1] = replicas === undefined ? x.shape : x.shape.slice(1);
  return { steps, batch, masked: mask !== undefined };
}

/**
 * Checks that a batch fits a known composition and its loss.
 *
 * @throws {InputError} On shapes that do not fit and, but for tensors on a GPU, on numbers that are
 *   not ids or classes.
 */
export function checkNetworkBatch(
  model: Pick<Model, "replicas">,
  { embedding, stack, head, readout }: NetworkSpec,
  loss: NetworkLoss,
  given: Batch,
): void {
  const { x, target, mask } = given;
  const open = { sequence: null, batch: null };
  checkValues("x", x, model, embedding ? open : { ...open, input: stack.inputSize });
  if (embedding) checkIds("x", x, embedding.vocabulary);
  const { steps: sequence, batch } = batchSizes(model, given);
  const outputs: Record<string, number> = readout === "all" ? { sequence, batch } : { batch };
  const width = head?.outFeatures ?? stack.hiddenSize * (stack.bidirectional ? 2 : 1);
  if (loss.kind === "crossEntropy") {
    checkValues("target", target, model, outputs);
    checkIds("target", target, width, loss.ignoreIndex ?? undefined);
  } else {
    checkValues("target", target, model, { ...outputs, output: width });
  }
  if (mask) checkValues("mask", mask, model, { sequence, batch });
}
