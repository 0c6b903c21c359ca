import { InputError } from "../../core/errors.ts";
import type { OptionNames } from "../../core/options.ts";
import { Random } from "../../core/random.ts";
import type { Model } from "../../model/model.ts";
import { RecurrentLayer } from "../../model/recurrent_layer.ts";
import { SequenceModel } from "../../model/sequence_model.ts";

/** Options for the steps of one call. */
export interface StepOptions {
  /**
   * The source of dropout masks, required if the model has dropout: one source, of which replica r
   * draws from `random.fork(r)`, or one for each replica, with which a replica drops the same
   * numbers as a network alone.
   */
  readonly random?: Random | readonly Random[] | undefined;
  /**
   * Whether each batch starts from the final states of the batch before it, and the first batch
   * from the final states of the last call; by default every batch starts from 0. The size of the
   * batch axis must stay the same.
   */
  readonly carryState?: boolean;
}

/** The names of {@link StepOptions}. */
export const stepNames: OptionNames<StepOptions> = { random: true, carryState: true };

/**
 * Creates the sources of dropout masks for a step. Each replica has the source that it would have
 * if it were trained alone.
 *
 * @param random The source of the whole training, or one for each replica.
 * @param model The model.
 * @param step The number of steps before this step.
 * @returns A source for each replica.
 */
export function stepSources(
  random: Random | readonly Random[],
  { replicas }: Pick<Model, "replicas">,
  step: number,
): Random[] {
  if (!(random instanceof Random)) return random.map((source) => source.fork(step));
  if (replicas === undefined) return [random.fork(step)];
  return Array.from({ length: replicas }, (_, r) => random.fork(r).fork(step));
}

/**
 * Checks that the states of a model can be carried from batch to batch.
 *
 * @param model The model.
 * @throws {InputError} If layers of the model are bidirectional.
 */
export function checkCarry(model: Model): void {
  const layer: unknown = model instanceof SequenceModel ? model.recurrent : model;
  if (!(layer instanceof RecurrentLayer) || !layer.spec.bidirectional) return;
  const why = "The reverse direction starts at the end, which the batch before does not know";
  throw new InputError("carryState", "false if layers are bidirectional", true, why);
}
