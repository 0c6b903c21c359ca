/**
 * The functions that run the commands, each by the name of its instruction.
 *
 * @module
 */
export * from "./attention";
export { columnSum, gemm } from "./gemm";
export * from "./gru";
export * from "./lstm";
export * from "./moves";
// Within moves.ts these names are those of AssemblyScript.
export { loadCommand as load, storeCommand as store } from "./moves";
export * from "./rnn";
export { adam, crossEntropy, squaredError } from "./training";
