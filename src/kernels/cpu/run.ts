import type { Command } from "../instructions.ts";
import { adam } from "./adam.ts";
import type { Arena } from "./arena.ts";
import { embedding, embeddingGradient } from "./embedding.ts";
import { columnSum, gemm } from "./gemm.ts";
import { gruBackward, gruForward } from "./gru.ts";
import { crossEntropy, squaredError } from "./losses.ts";
import { lstmBackward, lstmForward } from "./lstm.ts";
import { add, clear, dropout, load, store } from "./moves.ts";
import { rnnBackward, rnnForward } from "./rnn.ts";

/**
 * Runs one command.
 *
 * @param step The step within the run, for `load` and `store`.
 * @param row The row of losses, norms and hyperparameters.
 */
export function runCommand(arena: Arena, command: Command, step: number, row: number): void {
  switch (command.op) {
    case "gemm":
      return gemm(arena, command);
    case "columnSum":
      return columnSum(arena, command);
    case "rnnForward":
      return rnnForward(arena, command);
    case "rnnBackward":
      return rnnBackward(arena, command);
    case "lstmForward":
      return lstmForward(arena, command);
    case "lstmBackward":
      return lstmBackward(arena, command);
    case "gruForward":
      return gruForward(arena, command);
    case "gruBackward":
      return gruBackward(arena, command);
    case "squaredError":
      return squaredError(arena, command, row);
    case "crossEntropy":
      return crossEntropy(arena, command, row);
    case "embedding":
      return embedding(arena, command);
    case "embeddingGradient":
      return embeddingGradient(arena, command);
    case "adam":
      return adam(arena, command, row);
    case "dropout":
      return dropout(arena, command, row);
    case "load":
      return load(arena, command, step);
    case "store":
      return store(arena, command, step);
    case "clear":
      return clear(arena, command);
    case "add":
      return add(arena, command);
  }
}
