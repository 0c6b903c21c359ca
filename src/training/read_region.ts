import * as tf from "@tensorflow/tfjs";
import type { Session } from "../kernels/executor.ts";
import type { Region } from "../kernels/program.ts";

/** A region of an arena as a tensor that tfjs knows, the caller's to dispose. */
export function readRegion(
  session: Session,
  region: Region,
  shape: readonly number[],
): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(session.readTensor(region, [...shape]));
}
