/** Opcodes, and offsets in bytes. Written by `deno task wasm`. */

export const GEMM: i32 = 0;
export const GEMM_M: usize = 4;
export const GEMM_N: usize = 8;
export const GEMM_K: usize = 12;
export const GEMM_A: usize = 16;
export const GEMM_LDA: usize = 20;
export const GEMM_TRANSPOSE_A: usize = 24;
export const GEMM_B: usize = 28;
export const GEMM_LDB: usize = 32;
export const GEMM_TRANSPOSE_B: usize = 36;
export const GEMM_C: usize = 40;
export const GEMM_LDC: usize = 44;
export const GEMM_ACCUMULATE: usize = 48;
export const GEMM_BIAS: usize = 52;
export const GEMM_BIAS2: usize = 56;
export const GEMM_BIAS2_COUNT: usize = 60;

export const COLUMN_SUM: i32 = 1;
export const COLUMN_SUM_ROWS: usize = 4;
export const COLUMN_SUM_COLUMNS: usize = 8;
export const COLUMN_SUM_A: usize = 12;
export const COLUMN_SUM_LDA: usize = 16;
export const COLUMN_SUM_OUT: usize = 20;
export const COLUMN_SUM_ACCUMULATE: usize = 24;

export const RNN_FORWARD: i32 = 2;
export const RNN_FORWARD_STEPS: usize = 4;
export const RNN_FORWARD_BATCH: usize = 8;
export const RNN_FORWARD_HIDDEN: usize = 12;
export const RNN_FORWARD_REVERSE: usize = 16;
export const RNN_FORWARD_RELU: usize = 20;
export const RNN_FORWARD_GATES: usize = 24;
export const RNN_FORWARD_WEIGHT: usize = 28;
export const RNN_FORWARD_H: usize = 32;
export const RNN_FORWARD_MASK: usize = 36;
export const RNN_FORWARD_OUTPUT: usize = 40;
export const RNN_FORWARD_LD_OUTPUT: usize = 44;

export const RNN_BACKWARD: i32 = 3;
export const RNN_BACKWARD_STEPS: usize = 4;
export const RNN_BACKWARD_BATCH: usize = 8;
export const RNN_BACKWARD_HIDDEN: usize = 12;
export const RNN_BACKWARD_REVERSE: usize = 16;
export const RNN_BACKWARD_RELU: usize = 20;
export const RNN_BACKWARD_GATES: usize = 24;
export const RNN_BACKWARD_WEIGHT: usize = 28;
export const RNN_BACKWARD_H: usize = 32;
export const RNN_BACKWARD_MASK: usize = 36;
export const RNN_BACKWARD_D_OUTPUT: usize = 40;
export const RNN_BACKWARD_LD_OUTPUT: usize = 44;
export const RNN_BACKWARD_D_H: usize = 48;

export const LSTM_FORWARD: i32 = 4;
export const LSTM_FORWARD_STEPS: usize = 4;
export const LSTM_FORWARD_BATCH: usize = 8;
export const LSTM_FORWARD_HIDDEN: usize = 12;
export const LSTM_FORWARD_REVERSE: usize = 16;
export const LSTM_FORWARD_GATES: usize = 20;
export const LSTM_FORWARD_WEIGHT: usize = 24;
export const LSTM_FORWARD_H: usize = 28;
export const LSTM_FORWARD_C: usize = 32;
export const LSTM_FORWARD_MASK: usize = 36;
export const LSTM_FORWARD_OUTPUT: usize = 40;
export const LSTM_FORWARD_LD_OUTPUT: usize = 44;

export const LSTM_BACKWARD: i32 = 5;
export const LSTM_BACKWARD_STEPS: usize = 4;
export const LSTM_BACKWARD_BATCH: usize = 8;
export const LSTM_BACKWARD_HIDDEN: usize = 12;
export const LSTM_BACKWARD_REVERSE: usize = 16;
export const LSTM_BACKWARD_GATES: usize = 20;
export const LSTM_BACKWARD_WEIGHT: usize = 24;
export const LSTM_BACKWARD_H: usize = 28;
export const LSTM_BACKWARD_C: usize = 32;
export const LSTM_BACKWARD_MASK: usize = 36;
export const LSTM_BACKWARD_D_OUTPUT: usize = 40;
export const LSTM_BACKWARD_LD_OUTPUT: usize = 44;
export const LSTM_BACKWARD_D_H: usize = 48;
export const LSTM_BACKWARD_D_C: usize = 52;

export const GRU_FORWARD: i32 = 6;
export const GRU_FORWARD_STEPS: usize = 4;
export const GRU_FORWARD_BATCH: usize = 8;
export const GRU_FORWARD_HIDDEN: usize = 12;
export const GRU_FORWARD_REVERSE: usize = 16;
export const GRU_FORWARD_GATES: usize = 20;
export const GRU_FORWARD_WEIGHT: usize = 24;
export const GRU_FORWARD_BIAS: usize = 28;
export const GRU_FORWARD_H: usize = 32;
export const GRU_FORWARD_RECURRENT_CANDIDATE: usize = 36;
export const GRU_FORWARD_MASK: usize = 40;
export const GRU_FORWARD_OUTPUT: usize = 44;
export const GRU_FORWARD_LD_OUTPUT: usize = 48;

export const GRU_BACKWARD: i32 = 7;
export const GRU_BACKWARD_STEPS: usize = 4;
export const GRU_BACKWARD_BATCH: usize = 8;
export const GRU_BACKWARD_HIDDEN: usize = 12;
export const GRU_BACKWARD_REVERSE: usize = 16;
export const GRU_BACKWARD_GATES: usize = 20;
export const GRU_BACKWARD_WEIGHT: usize = 24;
export const GRU_BACKWARD_H: usize = 28;
export const GRU_BACKWARD_RECURRENT_CANDIDATE: usize = 32;
export const GRU_BACKWARD_MASK: usize = 36;
export const GRU_BACKWARD_D_OUTPUT: usize = 40;
export const GRU_BACKWARD_LD_OUTPUT: usize = 44;
export const GRU_BACKWARD_D_H: usize = 48;

export const ATTENTION_FORWARD: i32 = 8;
export const ATTENTION_FORWARD_STEPS: usize = 4;
export const ATTENTION_FORWARD_BATCH: usize = 8;
export const ATTENTION_FORWARD_WIDTH: usize = 12;
export const ATTENTION_FORWARD_SIZE: usize = 16;
export const ATTENTION_FORWARD_PROJECTED: usize = 20;
export const ATTENTION_FORWARD_QUERY: usize = 24;
export const ATTENTION_FORWARD_STATES: usize = 28;
export const ATTENTION_FORWARD_MASK: usize = 32;
export const ATTENTION_FORWARD_WEIGHTS: usize = 36;
export const ATTENTION_FORWARD_CONTEXT: usize = 40;

export const ATTENTION_BACKWARD: i32 = 9;
export const ATTENTION_BACKWARD_STEPS: usize = 4;
export const ATTENTION_BACKWARD_BATCH: usize = 8;
export const ATTENTION_BACKWARD_WIDTH: usize = 12;
export const ATTENTION_BACKWARD_SIZE: usize = 16;
export const ATTENTION_BACKWARD_PROJECTED: usize = 20;
export const ATTENTION_BACKWARD_QUERY: usize = 24;
export const ATTENTION_BACKWARD_STATES: usize = 28;
export const ATTENTION_BACKWARD_MASK: usize = 32;
export const ATTENTION_BACKWARD_WEIGHTS: usize = 36;
export const ATTENTION_BACKWARD_CONTEXT: usize = 40;
export const ATTENTION_BACKWARD_D_CONTEXT: usize = 44;
export const ATTENTION_BACKWARD_D_WEIGHTS: usize = 48;
export const ATTENTION_BACKWARD_D_STATES: usize = 52;
export const ATTENTION_BACKWARD_D_QUERY: usize = 56;

export const SQUARED_ERROR: i32 = 10;
export const SQUARED_ERROR_COUNT: usize = 4;
export const SQUARED_ERROR_WIDTH: usize = 8;
export const SQUARED_ERROR_PREDICTION: usize = 12;
export const SQUARED_ERROR_TARGET: usize = 16;
export const SQUARED_ERROR_MASK: usize = 20;
export const SQUARED_ERROR_GRADIENT: usize = 24;
export const SQUARED_ERROR_LOSS: usize = 28;

export const CROSS_ENTROPY: i32 = 11;
export const CROSS_ENTROPY_ROWS: usize = 4;
export const CROSS_ENTROPY_CLASSES: usize = 8;
export const CROSS_ENTROPY_LOGITS: usize = 12;
export const CROSS_ENTROPY_TARGETS: usize = 16;
export const CROSS_ENTROPY_IGNORE: usize = 20;
export const CROSS_ENTROPY_LOSS: usize = 24;

export const GATHER: i32 = 12;
export const GATHER_ROWS: usize = 4;
export const GATHER_WIDTH: usize = 8;
export const GATHER_IDS: usize = 12;
export const GATHER_TABLE: usize = 16;
export const GATHER_OUTPUT: usize = 20;

export const GATHER_GRADIENT: i32 = 13;
export const GATHER_GRADIENT_ROWS: usize = 4;
export const GATHER_GRADIENT_WIDTH: usize = 8;
export const GATHER_GRADIENT_VOCABULARY: usize = 12;
export const GATHER_GRADIENT_IDS: usize = 16;
export const GATHER_GRADIENT_GRADIENT: usize = 20;
export const GATHER_GRADIENT_D_TABLE: usize = 24;
export const GATHER_GRADIENT_PADDING: usize = 28;

export const ADAM: i32 = 14;
export const ADAM_COUNT: usize = 4;
export const ADAM_PARAMETERS: usize = 8;
export const ADAM_GRADIENTS: usize = 12;
export const ADAM_M: usize = 16;
export const ADAM_V: usize = 20;
export const ADAM_HYPER: usize = 24;
export const ADAM_NORM: usize = 28;

export const DROPOUT: i32 = 15;
export const DROPOUT_COUNT: usize = 4;
export const DROPOUT_X: usize = 8;
export const DROPOUT_Y: usize = 12;
export const DROPOUT_KEEP: usize = 16;
export const DROPOUT_STREAM: usize = 20;
export const DROPOUT_HYPER: usize = 24;

export const LOAD: i32 = 16;
export const LOAD_COUNT: usize = 4;
export const LOAD_FROM: usize = 8;
export const LOAD_STRIDE: usize = 12;
export const LOAD_TO: usize = 16;

export const STORE: i32 = 17;
export const STORE_COUNT: usize = 4;
export const STORE_FROM: usize = 8;
export const STORE_TO: usize = 12;
export const STORE_STRIDE: usize = 16;

export const COPY_ROWS: i32 = 18;
export const COPY_ROWS_ROWS: usize = 4;
export const COPY_ROWS_WIDTH: usize = 8;
export const COPY_ROWS_FROM: usize = 12;
export const COPY_ROWS_LD_FROM: usize = 16;
export const COPY_ROWS_TO: usize = 20;
export const COPY_ROWS_LD_TO: usize = 24;

export const CLEAR: i32 = 19;
export const CLEAR_COUNT: usize = 4;
export const CLEAR_TO: usize = 8;

export const ADD: i32 = 20;
export const ADD_COUNT: usize = 4;
export const ADD_FROM: usize = 8;
export const ADD_TO: usize = 12;

export const HYPER_RATE: usize = 0;
export const HYPER_ROOT: usize = 4;
export const HYPER_BETA1: usize = 8;
export const HYPER_REST1: usize = 12;
export const HYPER_BETA2: usize = 16;
export const HYPER_REST2: usize = 20;
export const HYPER_EPSILON: usize = 24;
export const HYPER_DECAY: usize = 28;
export const HYPER_L2: usize = 32;
export const HYPER_MAX_NORM: usize = 36;
export const HYPER_SEED_LOW: usize = 40;
export const HYPER_SEED_HIGH: usize = 44;
export const HYPER_LENGTH: i32 = 12;

/** Bytes of a command. */
export function bytesOf(opcode: i32): usize {
  switch (opcode) {
    case GEMM: return 64;
    case COLUMN_SUM: return 28;
    case RNN_FORWARD: return 48;
    case RNN_BACKWARD: return 52;
    case LSTM_FORWARD: return 48;
    case LSTM_BACKWARD: return 56;
    case GRU_FORWARD: return 52;
    case GRU_BACKWARD: return 52;
    case ATTENTION_FORWARD: return 44;
    case ATTENTION_BACKWARD: return 60;
    case SQUARED_ERROR: return 32;
    case CROSS_ENTROPY: return 28;
    case GATHER: return 24;
    case GATHER_GRADIENT: return 32;
    case ADAM: return 32;
    case DROPOUT: return 28;
    case LOAD: return 20;
    case STORE: return 20;
    case COPY_ROWS: return 28;
    case CLEAR: return 12;
    case ADD: return 16;
    default: return unreachable();
  }
}

/** The number of gates of a recurrent instruction; 0 for others. */
export function gatesOf(opcode: i32): i32 {
  switch (opcode) {
    case RNN_FORWARD: return 1;
    case RNN_BACKWARD: return 1;
    case LSTM_FORWARD: return 4;
    case LSTM_BACKWARD: return 4;
    case GRU_FORWARD: return 3;
    case GRU_BACKWARD: return 3;
    default: return 0;
  }
}
