import type { Model } from "../model/model.ts";
import { SequenceModel } from "../model/sequence_model.ts";
import { CrossEntropyLoss, type Loss, MSELoss } from "./losses.ts";

/** Whether the kernels know the composition of model and loss. */
export function canFuse(model: Model, { fused, of }: Loss): boolean {
  const { network, stores, forward } = model;
  if (!network || !stores || !fused) return false;
  // What overrides the library's computations is computed as it says.
  const known = [MSELoss.prototype.of, CrossEntropyLoss.prototype.of].some((own) => own === of);
  if (!known || forward !== SequenceModel.prototype.forward) return false;
  // Without a head the loss's gradient would overwrite the states.
  return fused.kind === "squaredError" || network.head !== null;
}
