import { InputError } from "../../core/errors.ts";
import type { OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import type { Model } from "../../model/model.ts";
import { RecurrentLayer } from "../../model/recurrent_layer.ts";
import { SequenceModel } from "../../model/sequence_model.ts";

/** What may be said of the steps of one call. */
export interface StepOptions {
  /** What dropout draws from: replica r from `random.fork(r)`, wanted where the model drops. */
  readonly random?: Random | undefined;
  /**
   * Whether each batch goes on from the last states of the one before, the first from those of the
   * last call; by default from 0. The batch axis must stay the same.
   */
  readonly carryState?: boolean;
}

/** The options of steps. */
export const stepNames: OptionNames<StepOptions> = { random: true, carryState: true };

/** What dropout draws from at a step, for each replica what it would draw from alone. */
export function stepSources(
  random: Random,
  { replicas }: Pick<Model, "replicas">,
  step: number,
): Random[] {
  if (replicas === undefined) return [random.fork(step)];
  return Array.from({ length: replicas }, (_, r) => random.fork(r).fork(step));
}

/**
 * Checks that a model's states can be carried from batch to batch.
 *
 * @throws {InputError} If its layers are bidirectional.
 */
export function checkCarry(model: Model): void {
  const layer: unknown = model instanceof SequenceModel ? model.recurrent : model;
  if (!(layer instanceof RecurrentLayer) || !layer.spec.bidirectional) return;
  const why = "The reverse direction begins at the end, which a batch before does not know";
  throw new InputError("carryState", "false where layers are bidirectional", true, why);
}
