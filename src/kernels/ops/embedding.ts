import type { Tensor, Tensor3D, TensorInfo } from "@tensorflow/tfjs";
import { assertShape } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { Layout } from "../program.ts";
import { registerKernel, runOnce, sizeOfReplica } from "./kernel.ts";

/**
 * Looks up rows of a table by id, as a tfjs kernel. Its gradient adds up rows in their order, so
 * equal inputs give equal bytes on every backend.
 *
 * @param table The table [replica, id, width].
 * @param ids Integers as floats [replica, row].
 * @param paddingIndex The row of the table whose gradient is 0; `null` if every row is trained.
 * @returns The rows [replica, row, width]; the caller disposes of them.
 * @throws {InputError} If `table` does not have three axes or `ids` is not of shape
 *   [replica, row].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { embedding } from "./embedding.ts";
 *
 * await selectBackend("cpu");
 * const table = tf.tensor3d([[[1, 2], [3, 4]]]);
 * const rows = embedding(table, tf.tensor2d([[1, 1, 0]]), null);
 * assertEquals([...await rows.data()], [3, 4, 3, 4, 1, 2]);
 * ```
 */
export function embedding(
  table: Tensor,
  ids: Tensor,
  paddingIndex: number | null,
): Tensor3D {
  assertShape("table", table.shape, { replica: null, id: null, width: null });
  assertShape("ids", ids.shape, { replica: table.shape[0] ?? 0, row: null });
  register();
  const [rows] = tf.engine().runKernel<Tensor[]>(kernelName, { table, ids }, {
    paddingIndex: paddingIndex ?? -1,
    vocabulary: table.shape[1] ?? 0,
  });
  if (!rows) throw new Error("the embedding kernel returned no tensor");
  return rows.as3D(table.shape[0] ?? 0, ids.shape[1] ?? 0, table.shape[2] ?? 0);
}

const kernelName = "UnrollEmbedding";
const gradientName = "UnrollEmbeddingGradient";
let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  registerKernel(kernelName, ({ inputs }) => forward(inputs.table, inputs.ids));
  registerKernel(gradientName, ({ inputs, attrs }) =>
    backward(
      inputs.gradient,
      inputs.ids,
      Number(attrs?.vocabulary),
      Number(attrs?.paddingIndex),
    ));
  tf.registerGradient({
    kernelName,
    inputsToSave: ["ids"],
    gradFunc: (dy, [ids], attrs) => {
      const gradient = Array.isArray(dy) ? dy[0] : dy;
      if (!gradient || !ids) throw new Error("the embedding kernel saved no ids");
      return {
        table: () => tf.engine().runKernel<Tensor>(gradientName, { gradient, ids }, attrs),
      };
    },
  });
}

function forward(table?: TensorInfo, ids?: TensorInfo): TensorInfo[] {
  if (!table || !ids) throw new Error("the embedding kernel lacks an input");
  const [replicas = 1, , width = 1] = table.shape;
  const rows = sizeOfReplica(ids.shape);
  const layout = new Layout();
  const [values, indices, output] = [
    layout.add(sizeOfReplica(table.shape)),
    layout.add(rows),
    layout.add(rows * width),
  ];
  return runOnce({
    layout,
    replicas,
    inputs: [[values, table], [indices, ids]],
    commands: [{
      op: "gather",
      rows,
      width,
      ids: indices.offset,
      table: values.offset,
      output: output.offset,
    }],
    outputs: [[output, [replicas, rows, width]]],
  });
}

function backward(
  gradient: TensorInfo | undefined,
  ids: TensorInfo | undefined,
  vocabulary: number,
  padding: number,
): TensorInfo {
  if (!gradient || !ids) throw new Error("the embedding kernel lacks an input");
  const [replicas = 1, rows = 1, width = 1] = gradient.shape;
  const layout = new Layout();
  const [values, indices, dTable] = [
    layout.add(rows * width),
    layout.add(rows),
    layout.add(vocabulary * width),
  ];
  const [found] = runOnce({
    layout,
    replicas,
    inputs: [[values, gradient], [indices, ids]],
    commands: [{
      op: "gatherGradient",
      rows,
      width,
      vocabulary,
      ids: indices.offset,
      gradient: values.offset,
      dTable: dTable.offset,
      padding,
    }],
    outputs: [[dTable, [replicas, vocabulary, width]]],
  });
  if (!found) throw new Error("the embedding kernel returned no tensor");
  return found;
}
