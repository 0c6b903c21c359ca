import type { CellKind } from "../src/kernels/cells.ts";
import { Random } from "../src/core/random.ts";
import { weightShapes } from "../src/kernels/stack.ts";

/** The cells of the workloads, which are recurrent. */
export type RecurrentCellKind = Exclude<CellKind, `feedforward_${string}`>;

/** The groups that `--only` chooses from, in the order of the table. */
export const GROUPS = [
  "tiny",
  "tiny-x10",
  "tiny-x100",
  "flow",
  "text",
  "generation",
  "large",
  "cudnn",
  "learning",
  "classifier",
  "commands",
] as const;

/**
 * A group of measurements. `learning`, the learning comparison, `classifier`, the training of
 * sentence classifiers, and `commands`, the commands that train a model and generate texts, are not
 * workloads and have tables of their own.
 */
export type Group = (typeof GROUPS)[number];

/**
 * The computation of one step.
 *
 * - `regression`: a linear head at every step, the mean squared error, its gradients, Adam.
 * - `flow`: a linear head at the last step, the mean of its squares, the gradients with respect to
 *   the input and to the weights.
 * - `language`: embedding, recurrent layers, head, cross-entropy without padding, its gradients,
 *   clipping to norm 1, AdamW.
 * - `generation`: the same network; the most likely next token of every row.
 * - `sampling`: the same with tokens drawn by top-p; only this library computes it.
 * - `recurrence`: recurrent layers without a head, forward, and backward from a gradient of ones.
 */
export type Task =
  | "regression"
  | "flow"
  | "language"
  | "generation"
  | "sampling"
  | "recurrence";

/** A computation that competitors do from the same numbers. */
export interface Workload {
  /** Its name in files and messages. */
  readonly id: string;
  /** Its name for `--only`. */
  readonly group: Group;
  /** Its name in the table. */
  readonly title: string;
  readonly task: Task;
  /** The cell of every recurrent layer. */
  readonly cell: RecurrentCellKind;
  /**
   * The unit of its values: steps of all networks or tokens of all rows per second, or ms a step.
   */
  readonly unit: "steps/s" | "tokens/s" | "ms";
  /** Networks side by side, each with weights and data of its own. */
  readonly replicas: number;
  /** Steps of a sequence. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Features of the first recurrent layer's input: those of the embedding if there is one. */
  readonly inputSize: number;
  /** Units of a state. */
  readonly hiddenSize: number;
  /** Recurrent layers. */
  readonly numLayers: number;
  /** Outputs of the head; 0 without one. */
  readonly outputSize: number;
  /** Tokens of the embedding; 0 without one. Token 0 is padding. */
  readonly vocabulary: number;
}

/** The settings of Adam in every workload: PyTorch's defaults. tfjs has another default epsilon. */
export const ADAM = { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** The further settings of AdamW and clipping in `language`. */
export const ADAMW = { weightDecay: 0.01, maxNorm: 1 } as const;

/** The p of top-p in `sampling`. */
export const TOP_P = 0.9;

/** The number of tokens of each row in the checks of `generation` and `sampling`. */
export const CHECKED_TOKENS = 8;

type Unnamed = Omit<Workload, "id" | "title">;

const tiny: Unnamed = {
  ...{ group: "tiny", task: "regression", cell: "lstm", unit: "steps/s" },
  ...{ replicas: 1, steps: 10, batch: 1, inputSize: 10, hiddenSize: 20, numLayers: 1 },
  ...{ outputSize: 10, vocabulary: 0 },
};

const text: Unnamed = {
  ...{ group: "text", task: "language", cell: "lstm", unit: "ms" },
  ...{ replicas: 1, steps: 12, batch: 16, inputSize: 128, hiddenSize: 256, numLayers: 2 },
  ...{ outputSize: 180, vocabulary: 180 },
};

const generation: Unnamed = {
  ...{ ...text, group: "generation", task: "generation", unit: "tokens/s", steps: 1, batch: 1 },
};

/** The workloads of the comparison with cuDNN. */
const cudnn = [1, 64].flatMap((replicas) =>
  [16, 64].flatMap((batch) =>
    [64, 128, 256, 512].map((hidden): Workload => ({
      ...text,
      ...{ id: `cudnn-${hidden}-${batch}-x${replicas}`, group: "cudnn", task: "recurrence" },
      title: `LSTM ${hidden}, batch ${batch}, ${replicas === 1 ? "1 network" : "64 networks"}`,
      ...{ replicas, steps: 64, batch, inputSize: hidden, hiddenSize: hidden, numLayers: 1 },
      ...{ outputSize: 0, vocabulary: 0 },
    }))
  )
);

/** Every workload, in the order of the table. */
export const workloads: readonly Workload[] = [
  { ...tiny, id: "tiny-lstm", title: "tiny LSTM" },
  { ...tiny, id: "tiny-gru", title: "tiny GRU", cell: "gru" },
  { ...tiny, id: "tiny-rnn", title: "tiny RNN", cell: "rnn_tanh" },
  { ...tiny, id: "tiny-x10", group: "tiny-x10", title: "10 tiny LSTMs", replicas: 10 },
  { ...tiny, id: "tiny-x100", group: "tiny-x100", title: "100 tiny LSTMs", replicas: 100 },
  {
    ...{ ...tiny, id: "flow", group: "flow", title: "gradient flow", task: "flow", unit: "ms" },
    ...{ steps: 200, batch: 2, outputSize: 5 },
  },
  { ...text, id: "text", title: "text" },
  { ...generation, id: "generation", title: "generation" },
  { ...generation, id: "generation-x20", title: "generation, 20 rows", batch: 20 },
  { ...generation, id: "sampling", title: "generation, top-p", task: "sampling" },
  {
    ...generation,
    id: "sampling-x20",
    title: "generation, top-p, 20 rows",
    task: "sampling",
    batch: 20,
  },
  {
    ...{ ...text, id: "large", group: "large", title: "large vocabulary" },
    ...{ steps: 64, batch: 32, vocabulary: 10_000, outputSize: 10_000 },
  },
  ...cudnn,
];

/** The unit in tables. */
export function unitOf({ unit, replicas }: Pick<Workload, "unit" | "replicas">): string {
  return replicas > 1 && unit === "steps/s" ? "network-steps/s" : unit;
}

/** The value in the workload's unit, from the seconds of a step of all its networks. */
export function valueOf(
  { unit, replicas, batch }: Pick<Workload, "unit" | "replicas" | "batch">,
  seconds: number,
): number {
  if (unit === "ms") return seconds * 1000;
  return (unit === "tokens/s" ? replicas * batch : replicas) / seconds;
}

/** An initial tensor of a workload. */
export interface Tensor {
  /** PyTorch's name of a parameter, or `x`, `target`, `ids` or `targets` for data. */
  readonly name: string;
  /** Its shape in one network. */
  readonly shape: readonly number[];
  /** Whether it is trained. */
  readonly parameter: boolean;
  /** Its numbers [replicas, ...shape]; ids are integers as floats. */
  readonly values: Float32Array;
}

/** The stack of recurrent layers of a workload. */
export function stackOf({ cell, inputSize, hiddenSize, numLayers }: Workload) {
  return {
    ...{ cell, inputSize, hiddenSize, numLayers },
    ...{ bidirectional: false, bias: true, dropout: 0 },
  } as const;
}

/** Draws the tensors of a workload, parameters first, the same in every run. */
export function drawTensors(workload: Workload): Tensor[] {
  const { task, replicas, steps, batch, inputSize, hiddenSize, outputSize, vocabulary } = workload;
  const random = new Random(1).fork(workload.id);
  const uniform = (
    name: string,
    shape: readonly number[],
    bound: number,
    parameter = true,
  ): Tensor => ({
    ...{ name, shape, parameter },
    values: random.fork(name).array(
      replicas * shape.reduce((a, b) => a * b, 1),
      (r) => r.uniform(-bound, bound),
    ),
  });
  const bound = 1 / Math.sqrt(hiddenSize);
  const tensors: Tensor[] = [];
  if (vocabulary > 0) {
    const table = uniform("embedding.weight", [vocabulary, inputSize], 1);
    table.values.fill(0, 0, inputSize);
    tensors.push(table);
  }
  for (const { name, shape } of weightShapes(stackOf(workload))) {
    tensors.push(uniform(`rnn.${name}`, shape, bound));
  }
  if (outputSize > 0) {
    tensors.push(uniform("head.weight", [outputSize, hiddenSize], bound));
    tensors.push(uniform("head.bias", [outputSize], bound));
  }
  if (task === "language") tensors.push(...drawTokens(workload, random));
  else if (vocabulary > 0) tensors.push(firstTokens(workload));
  else tensors.push(uniform("x", [steps, batch, inputSize], 1, false));
  if (task === "regression") {
    tensors.push(uniform("target", [steps, batch, outputSize], 1, false));
  }
  return tensors;
}

/** The first token of each row [1, batch], different in neighbouring rows. */
function firstTokens({ batch, vocabulary }: Workload): Tensor {
  const values = Float32Array.from({ length: batch }, (_, b) => 1 + b % (vocabulary - 1));
  return { name: "ids", shape: [1, batch], parameter: false, values };
}

/** Token ids and the next tokens [steps, batch]; rows have different lengths and end in padding. */
function drawTokens({ steps, batch, vocabulary }: Workload, random: Random): Tensor[] {
  const lengths = random.fork("lengths");
  const draw = random.fork("tokens");
  const ids = new Float32Array(steps * batch);
  const targets = new Float32Array(steps * batch);
  for (let b = 0; b < batch; b++) {
    const length = lengths.integer(Math.ceil(steps / 2), steps);
    let next = draw.integer(1, vocabulary - 1);
    for (let t = 0; t < length; t++) {
      ids[t * batch + b] = next;
      next = draw.integer(1, vocabulary - 1);
      targets[t * batch + b] = next;
    }
  }
  const shape = [steps, batch];
  return [
    { name: "ids", shape, parameter: false, values: ids },
    { name: "targets", shape, parameter: false, values: targets },
  ];
}

/** Writes the numbers of tensors to a temporary file for the peers while `work` runs. */
export async function withNumbers<T>(
  drawn: readonly Tensor[],
  work: (file: string) => Promise<T>,
): Promise<T> {
  const file = await Deno.makeTempFile({ prefix: "unroll-bench-" });
  try {
    for (const { values: { buffer, byteOffset, byteLength } } of drawn) {
      await Deno.writeFile(file, new Uint8Array(buffer, byteOffset, byteLength), { append: true });
    }
    return await work(file);
  } finally {
    await Deno.remove(file);
  }
}
