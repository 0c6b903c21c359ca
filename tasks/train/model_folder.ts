import { readTextModel, type TextModelDescription } from "../../src/generation/text_model.ts";
import { TrainingFolder } from "../cli/training_folder.ts";

/** The folder of a text model. */
export class ModelFolder extends TrainingFolder<TextModelDescription> {
  /** @param path The folder, absolute. */
  constructor(path: string) {
    super(path, { name: "a text model", read: readTextModel });
  }
}
