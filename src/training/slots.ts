import * as tf from "@tensorflow/tfjs";
import type { Session } from "../kernels/executor.ts";
import type { Region } from "../kernels/program.ts";
import type { Values } from "./batch.ts";

/**
 * Writes one field of several batches, one behind the other.
 *
 * @param first Where the first batch's numbers go.
 * @param replicas How many networks the field is of, one after the other.
 * @param fields The field of each batch.
 */
export function writeSlots(
  session: Session,
  { offset, size }: Region,
  replicas: number,
  fields: readonly Values[],
): void {
  const plain = fields.flatMap((field) => field instanceof tf.Tensor ? [] : [field.data]);
  if (plain.length === fields.length) {
    // All at once: a write costs the same whatever its size.
    const joined = new Float32Array(replicas * fields.length * size);
    plain.forEach((data, step) => {
      for (let r = 0; r < replicas; r++) {
        const part = data.subarray(r * size, (r + 1) * size);
        joined.set(part, (r * fields.length + step) * size);
      }
    });
    session.write({ offset, size: fields.length * size }, joined);
    return;
  }
  fields.forEach((field, step) => {
    const region = { offset: offset + step * size, size };
    if (!(field instanceof tf.Tensor)) {
      session.write(region, Float32Array.from(field.data));
      return;
    }
    const floats = field.toFloat();
    session.writeTensor(region, floats);
    if (floats !== field) floats.dispose();
  });
}
