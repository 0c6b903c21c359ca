import { Random } from "../../src/core/random.ts";
import { PAD } from "../../src/data/text/vocabulary.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { encodeSafetensors } from "../../src/model/safetensors.ts";
import { type Checkpoint, encodeCheckpoint } from "../../src/training/checkpoint.ts";
import { cosineSchedule } from "../../src/training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../src/training/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { train } from "../../src/training/train.ts";
import { type EpochRecord, TrainingPosition } from "../../src/training/training_position.ts";
import { historyText } from "./epoch_numbers.ts";
import type { ModelFolder } from "./model_folder.ts";
import type { TextBatches } from "./text_batches.ts";
import type { TrainSettings } from "./train_settings.ts";
import type { TrainingDisplay } from "./training_display.ts";

/** What a training is run with. */
export interface TrainingRun {
  readonly description: TextModelDescription;
  readonly batches: TextBatches;
  readonly settings: TrainSettings;
  readonly checkpointSteps: number;
  readonly folder: ModelFolder;
  /** Where to go on from; `null` at the beginning. */
  readonly start: Checkpoint | null;
  readonly display: TrainingDisplay;
}

/** Steps between two looks at the keyboard and the clock. */
const PROGRESS_STEPS = 8;

/** Epochs without gain after which the rate is halved: the first that is too many. */
const plateau = { factor: 0.5, patience: 1 };

/**
 * Trains, and keeps what is needed to go on and to ask the model. Each file is written whole, the
 * checkpoint last, so that nothing that it knows of is missing; stopped in between, what was
 * written is written again.
 *
 * @returns What each epoch gave.
 */
export async function runTraining(run: TrainingRun): Promise<readonly EpochRecord[]> {
  const { settings, batches, folder, display } = run;
  const { kind } = run.description.tokenizer;
  const random = new Random(settings.seed);
  const model = languageModel({ ...run.description.config, random: random.fork("model") });
  const optimizer = new AdamW(model, {
    learningRate: settings.learningRate,
    weightDecay: settings.weightDecay,
    schedule: scheduleOf(settings, batches.training.length),
    ...(settings.clip > 0 ? { clipGradNorm: settings.clip } : {}),
  });
  const save = (checkpoint: Checkpoint) => folder.write("last", encodeCheckpoint(checkpoint));
  try {
    if (run.start === null) {
      // From here on, whatever else there is has a checkpoint that it belongs to.
      const [weights, state] = [await model.stateDict(), await optimizer.stateDict()];
      const progress = new TrainingPosition().toJson();
      await save({ weights, optimizer: state, progress });
    }
    const history = await train(model, new CrossEntropyLoss({ ignoreIndex: PAD }), optimizer, {
      epochs: settings.epochs,
      batches: () => batches.training,
      carryState: true,
      random: random.fork("dropout"),
      ...(settings.schedule === "plateau"
        ? { plateau: new ReduceLROnPlateau(optimizer, plateau) }
        : {}),
      validate: async () => {
        display.validates();
        const options = { ignoreIndex: PAD, carryState: true };
        return (await tokenLosses(model, batches.validation, options)).mean;
      },
      ...(run.start ? { start: run.start } : {}),
      checkpointSteps: run.checkpointSteps,
      progressSteps: PROGRESS_STEPS,
      onBest: (tensors, record) => folder.write("best", bestWeights(tensors, record)),
      onCheckpoint: async (checkpoint) => {
        const { history } = TrainingPosition.of(checkpoint.progress);
        await folder.write("history", historyText(history, kind));
        await save(checkpoint);
      },
      onProgress: async (progress) => {
        display.update(progress);
        // Kernels leave no room for anything else, such as a stop from the keyboard.
        await new Promise((done) => setTimeout(done));
      },
    });
    // It may have been lost since; the checkpoint knows it.
    await folder.write("history", historyText(history, kind));
    return history;
  } finally {
    optimizer.dispose();
    model.dispose();
    display.clear();
  }
}

function bestWeights(
  tensors: Parameters<typeof encodeSafetensors>[0]["tensors"],
  { validationLoss }: EpochRecord,
): Uint8Array {
  // "pt" is what tools that read PyTorch's names look for.
  return encodeSafetensors({
    tensors,
    metadata: { format: "pt", validationLoss: String(validationLoss) },
  });
}

/** What a step's size is multiplied by. */
function scheduleOf(
  { schedule, warmUp, epochs }: TrainSettings,
  stepsOfEpoch: number,
): (done: number) => number {
  if (schedule === "cosine") return cosineSchedule({ steps: epochs * stepsOfEpoch, warmUp });
  return (done) => done < warmUp ? (done + 1) / warmUp : 1;
}
