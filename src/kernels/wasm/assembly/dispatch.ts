/** Written by `deno task wasm`. */
import * as handlers from "./handlers";
import * as f from "./instructions";

/** Runs the command at `pc`. */
export function dispatch(opcode: i32, pc: usize): void {
  switch (opcode) {
    case f.GEMM: return handlers.gemm(pc);
    case f.COLUMN_SUM: return handlers.columnSum(pc);
    case f.RNN_FORWARD: return handlers.rnnForward(pc);
    case f.RNN_BACKWARD: return handlers.rnnBackward(pc);
    case f.LSTM_FORWARD: return handlers.lstmForward(pc);
    case f.LSTM_BACKWARD: return handlers.lstmBackward(pc);
    case f.GRU_FORWARD: return handlers.gruForward(pc);
    case f.GRU_BACKWARD: return handlers.gruBackward(pc);
    case f.ATTENTION_FORWARD: return handlers.attentionForward(pc);
    case f.ATTENTION_BACKWARD: return handlers.attentionBackward(pc);
    case f.SQUARED_ERROR: return handlers.squaredError(pc);
    case f.CROSS_ENTROPY: return handlers.crossEntropy(pc);
    case f.GATHER: return handlers.gather(pc);
    case f.GATHER_GRADIENT: return handlers.gatherGradient(pc);
    case f.ADAM: return handlers.adam(pc);
    case f.DROPOUT: return handlers.dropout(pc);
    case f.LOAD: return handlers.load(pc);
    case f.STORE: return handlers.store(pc);
    case f.COPY_ROWS: return handlers.copyRows(pc);
    case f.CLEAR: return handlers.clear(pc);
    case f.ADD: return handlers.add(pc);
    default: unreachable();
  }
}
