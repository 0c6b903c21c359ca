import { Random } from "../../src/core/random.ts";
import { PAD } from "../../src/data/text/vocabulary.ts";
import {
  type TextModelDescription,
  trainingId,
  writeTextModel,
} from "../../src/generation/text_model.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { encodeSafetensors } from "../../src/model/parameters/safetensors.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import { type Checkpoint, encodeCheckpoint } from "../../src/training/checkpoint.ts";
import { cosineSchedule } from "../../src/training/cosine_schedule.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { ReduceLROnPlateau } from "../../src/training/reduce_lr_on_plateau.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { trainLanguageModel } from "../../src/training/train_language_model.ts";
import { type EpochRecord, TrainingPosition } from "../../src/training/training_position.ts";
import { CheckpointPace } from "../cli/checkpoint_pace.ts";
import { Stop } from "../cli/stop.ts";
import type { ModelFolder } from "./model_folder.ts";
import type { TrainSettings } from "./train_options.ts";
import { historyText, type TrainingDisplay, type TrainingEnd } from "./training_display.ts";
import type { TextBatches } from "./training_text.ts";

/** Options for {@link runTraining}. */
export interface TrainingRun {
  readonly description: TextModelDescription;
  readonly batches: TextBatches;
  readonly settings: TrainSettings;
  readonly checkpointSteps: number;
  readonly folder: ModelFolder;
  /** The checkpoint from which to continue; `null` at the beginning. */
  readonly start: Checkpoint | null;
  /** Whether this training replaces an earlier one in the folder. */
  readonly replaces: boolean;
  /** Stops training with a {@link Stop}. */
  readonly signal: AbortSignal;
  readonly display: TrainingDisplay;
}

/** The number of steps that a GPU computes in one call. */
const GPU_STEPS = 8;

/** The number of steps after which losses are read for the display. */
const LOSS_STEPS = 16;

/** After two epochs in a row without a lower validation loss, the learning rate is halved. */
const plateau = { factor: 0.5, patience: 1 };

/**
 * Trains, and writes the files that are needed to continue and to use the model. The checkpoint is
 * written after the other files, so that they are never older than the checkpoint. After an
 * interruption between two files, the next call writes them again. An earlier training that is
 * replaced stays until the first checkpoint of the new one. If epochs are short, some checkpoints
 * are left out ({@link CheckpointPace}), but never the last one.
 */
export async function runTraining(run: TrainingRun): Promise<TrainingEnd> {
  const { settings, batches, folder, display, signal } = run;
  const { kind } = run.description.tokenizer;
  const random = new Random(settings.seed);
  const model = languageModel({ ...run.description.config, random: random.fork("model") });
  const optimizer = new AdamW(model, {
    learningRate: settings.learningRate,
    weightDecay: settings.weightDecay,
    schedule: scheduleOf(settings, batches.training.length),
    ...(settings.clip > 0 ? { clipGradNorm: settings.clip } : {}),
  });
  const id = trainingId(run.description);
  const training = id === undefined ? {} : { training: id };
  const save = (checkpoint: Checkpoint) =>
    folder.write("last", encodeCheckpoint({ ...checkpoint, ...training }));
  let written = -1;
  const pace = new CheckpointPace(async (checkpoint: Checkpoint) => {
    const { history } = TrainingPosition.of(checkpoint.progress);
    if (history.length > written) await folder.write("history", historyText(history, kind));
    written = history.length;
    await save(checkpoint);
    await folder.settle();
  });
  let at = { history: run.start ? TrainingPosition.of(run.start.progress).history : [], steps: 0 };
  try {
    if (run.replaces) await folder.replace();
    await folder.write("model", writeTextModel(run.description));
    if (run.start === null) {
      // With this checkpoint, every other file in the folder belongs to a checkpoint.
      const [weights, state] = [await model.stateDict(), await optimizer.stateDict()];
      const progress = new TrainingPosition().toJson();
      await save({ weights, optimizer: state, progress });
    }
    const history = await trainLanguageModel(
      model,
      new CrossEntropyLoss({ ignoreIndex: PAD }),
      optimizer,
      {
        epochs: settings.epochs,
        batches: () => batches.training,
        carryState: true,
        random: random.fork("dropout"),
        ...(settings.schedule === "plateau"
          ? { plateau: new ReduceLROnPlateau(optimizer, plateau) }
          : {}),
        validate: async () => {
          display.validates();
          const options = { ignoreIndex: PAD, carryState: true, signal };
          return (await tokenLosses(model, batches.validation, options)).mean;
        },
        ...(run.start ? { start: run.start } : {}),
        checkpointSteps: run.checkpointSteps,
        // Training stops only between two calls of the GPU, so a call has few steps.
        ...(run.description.training?.backend === "webgpu" ? { progressSteps: GPU_STEPS } : {}),
        lossSteps: LOSS_STEPS,
        signal,
        onBest: (tensors, record) =>
          folder.write("best", bestWeights(tensors, { ...training, ...lossOf(record) })),
        onCheckpoint: async (checkpoint) => {
          const { epoch, batch } = checkpoint.progress;
          // If training is stopped while it validates, `onProgress` has not had the last step.
          if (typeof batch === "number") at = { ...at, steps: batch };
          // A signal before the first step does not replace the earlier training: the user may have
          // started this one by mistake.
          if (folder.replacing && signal.aborted && (batch !== 0 || epoch === 0)) return;
          const must = batch !== 0 || epoch === settings.epochs || signal.aborted;
          await pace.take(checkpoint, must);
        },
        onProgress: (progress) => {
          at = { history: progress.history, steps: progress.step };
          display.update(progress);
        },
      },
    );
    // The file may be missing after an interruption. The checkpoint has the same history.
    await folder.write("history", historyText(history, kind));
    return { history, steps: 0, stop: null, kept: true };
  } catch (error) {
    if (!(error instanceof Stop)) {
      // If the error is that files cannot be written, this fails for the same reason, and the first
      // error is thrown.
      await pace.flush().catch(() => {});
      throw error;
    }
    await pace.flush();
    return { ...at, stop: error, kept: !folder.replacing };
  } finally {
    optimizer.dispose();
    model.dispose();
    display.clear();
    await folder.close();
  }
}

function bestWeights(tensors: StateDict, texts: Readonly<Record<string, string>>): Uint8Array {
  // Tools that read PyTorch's names look for "pt".
  return encodeSafetensors({ tensors, metadata: { format: "pt", ...texts } });
}

function lossOf({ validationLoss }: EpochRecord): Record<string, string> {
  return { validationLoss: String(validationLoss) };
}

/** Returns the factor of the learning rate after a number of steps. */
function scheduleOf(
  { schedule, warmUp, epochs }: TrainSettings,
  stepsOfEpoch: number,
): (done: number) => number {
  if (schedule === "cosine") return cosineSchedule({ steps: epochs * stepsOfEpoch, warmUp });
  return (done) => done < warmUp ? (done + 1) / warmUp : 1;
}
