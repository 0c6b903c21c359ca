/**
 * The functions that run the commands, each by the name of its instruction.
 *
 * @module
 */
export { columnSum, gemm } from "./gemm";
export { gruBackward, gruForward } from "./gru";
export { lstmBackward, lstmForward } from "./lstm";
export { add, clear, dropout, gather, gatherGradient, loadCommand as load, storeCommand as store } from "./moves";
export { rnnBackward, rnnForward } from "./rnn";
export { adam, crossEntropy, squaredError } from "./training";
