import { helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Adam } from "./optimizer.ts";
import type { SavedModel, TrainOptions } from "./train_options.ts";
import { TrainingPosition } from "./training_position.ts";

/**
 * Gives model, optimizer and schedule what a checkpoint has of them, once it is known that training
 * can go on from it.
 *
 * @returns Where it goes on.
 * @throws {InputError} On a checkpoint of another model, of more epochs, or of more batches in one.
 */
export function resumeTraining(
  model: SavedModel,
  optimizer: Adam,
  start: Checkpoint,
  { epochs, batches, plateau }: Pick<TrainOptions, "epochs" | "batches" | "plateau">,
): TrainingPosition {
  if (!isPlainObject(start)) throw new InputError("start", "a checkpoint", start, helpFor(start));
  const position = TrainingPosition.of(start.progress);
  const { epoch, batch } = position;
  if (epoch > epochs) throw new InputError("epochs", `${epoch} or more, as were done`, epochs);
  if (batch > 0) {
    if (epoch === epochs) {
      throw new InputError("epochs", `${epoch + 1} or more, as were begun`, epochs);
    }
    const { length } = batches(epoch);
    if (batch > length) {
      throw new InputError("batches of an epoch", `at least the ${batch} that were done`, length);
    }
  }
  model.loadStateDict(start.weights);
  optimizer.loadStateDict(start.optimizer);
  if (position.plateau) plateau?.loadStateDict(position.plateau);
  return position;
}
