import { InputError } from "../core/errors.ts";
import type { Model } from "../model/model.ts";
import { RecurrentLayer } from "../model/recurrent_layer.ts";
import { SequenceModel } from "../model/sequence_model.ts";

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
