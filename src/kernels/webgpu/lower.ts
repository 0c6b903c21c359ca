import type { Command } from "../instructions.ts";
import { adam } from "./adam.ts";
import { columnSum } from "./column_sum.ts";
import { embedding, embeddingGradient } from "./embedding.ts";
import { gemm } from "./gemm.ts";
import { gruBackward, gruForward } from "./gru.ts";
import { crossEntropy, squaredError } from "./losses.ts";
import { lstmBackward, lstmForward } from "./lstm.ts";
import { add, clear, dropout, load, store } from "./moves.ts";
import type { Phase, Target } from "./phase.ts";
import { rnnBackward, rnnForward } from "./rnn.ts";

/** The phases of a command, those without work left out. */
export function lower(command: Command, target: Target): Phase[] {
  target.scratch.reset();
  return phases(command, target).filter(({ items, repeat = 1 }) => items > 0 && repeat > 0);
}

function phases(command: Command, target: Target): Phase[] {
  switch (command.op) {
    case "gemm":
      return gemm(command, target);
    case "columnSum":
      return columnSum(command, target);
    case "rnnForward":
      return rnnForward(command, target);
    case "rnnBackward":
      return rnnBackward(command, target);
    case "lstmForward":
      return lstmForward(command, target);
    case "lstmBackward":
      return lstmBackward(command, target);
    case "gruForward":
      return gruForward(command, target);
    case "gruBackward":
      return gruBackward(command, target);
    case "squaredError":
      return squaredError(command, target);
    case "crossEntropy":
      return crossEntropy(command, target);
    case "embedding":
      return embedding(command);
    case "embeddingGradient":
      return embeddingGradient(command, target);
    case "adam":
      return adam(command, target);
    case "dropout":
      return dropout(command);
    case "load":
      return load(command);
    case "store":
      return store(command);
    case "clear":
      return clear(command);
    case "add":
      return add(command);
  }
}
