import * as tf from "@tensorflow/tfjs";
import { assertShape } from "../core/shapes.ts";
import { kernelBackends } from "./executors.ts";
import { Layout } from "./program.ts";
import { perReplica, runOnce } from "./run_once.ts";

/**
 * Rows of a table by id, as a kernel of tfjs whose gradient adds the rows up in their order: equal
 * inputs give equal bytes, on every backend.
 *
 * @param table [replica, id, width]
 * @param ids Integers as floats [replica, row].
 * @param paddingIndex The row of the table whose gradient stays 0; `null` for none.
 * @returns [replica, row, width]; the caller's to dispose.
 * @throws {InputError} On shapes that do not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { embedding } from "./embedding_op.ts";
 *
 * await selectBackend("cpu");
 * const table = tf.tensor3d([[[1, 2], [3, 4]]]);
 * const rows = embedding(table, tf.tensor2d([[1, 1, 0]]), null);
 * assertEquals([...await rows.data()], [3, 4, 3, 4, 1, 2]);
 * ```
 */
export function embedding(
  table: tf.Tensor,
  ids: tf.Tensor,
  paddingIndex: number | null,
): tf.Tensor3D {
  assertShape("table", table.shape, { replica: null, id: null, width: null });
  assertShape("ids", ids.shape, { replica: table.shape[0] ?? 0, row: null });
  register();
  const [rows] = tf.engine().runKernel<tf.Tensor[]>(kernelName, { table, ids }, {
    paddingIndex: paddingIndex ?? -1,
    vocabulary: table.shape[1] ?? 0,
  });
  if (!rows) throw new Error("the embedding kernel gave nothing");
  return rows.as3D(table.shape[0] ?? 0, ids.shape[1] ?? 0, table.shape[2] ?? 0);
}

const kernelName = "UnrollEmbedding";
const gradientName = "UnrollEmbeddingGradient";
let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  for (const backendName of kernelBackends) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs }) => forward(inputs.table, inputs.ids),
    });
    tf.registerKernel({
      kernelName: gradientName,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        backward(
          inputs.gradient,
          inputs.ids,
          Number(attrs?.vocabulary),
          Number(attrs?.paddingIndex),
        ),
    });
  }
  tf.registerGradient({
    kernelName,
    inputsToSave: ["ids"],
    gradFunc: (dy, [ids], attrs) => {
      const gradient = Array.isArray(dy) ? dy[0] : dy;
      if (!gradient || !ids) throw new Error("the embedding kernel kept nothing");
      return {
        table: () => tf.engine().runKernel<tf.Tensor>(gradientName, { gradient, ids }, attrs),
      };
    },
  });
}

function forward(table?: tf.TensorInfo, ids?: tf.TensorInfo): tf.TensorInfo[] {
  if (!table || !ids) throw new Error("the embedding kernel lacks an input");
  const [replicas = 1, , width = 1] = table.shape;
  const rows = perReplica(ids.shape);
  const layout = new Layout();
  const [values, places, output] = [
    layout.add(perReplica(table.shape)),
    layout.add(rows),
    layout.add(rows * width),
  ];
  return runOnce({
    layout,
    replicas,
    inputs: [[values, table], [places, ids]],
    commands: [{
      op: "embedding",
      rows,
      width,
      ids: places.offset,
      table: values.offset,
      output: output.offset,
    }],
    outputs: [[output, [replicas, rows, width]]],
  });
}

function backward(
  gradient: tf.TensorInfo | undefined,
  ids: tf.TensorInfo | undefined,
  vocabulary: number,
  padding: number,
): tf.TensorInfo {
  if (!gradient || !ids) throw new Error("the embedding kernel lacks an input");
  const [replicas = 1, rows = 1, width = 1] = gradient.shape;
  const layout = new Layout();
  const [values, places, table] = [
    layout.add(rows * width),
    layout.add(rows),
    layout.add(vocabulary * width),
  ];
  const [found] = runOnce({
    layout,
    replicas,
    inputs: [[values, gradient], [places, ids]],
    commands: [{
      op: "embeddingGradient",
      rows,
      width,
      vocabulary,
      ids: places.offset,
      gradient: values.offset,
      dTable: table.offset,
      padding,
    }],
    outputs: [[table, [replicas, vocabulary, width]]],
  });
  if (!found) throw new Error("the embedding kernel gave nothing");
  return found;
}
