import type { TensorInfo } from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Kernel } from "./kernel.ts";

/**
 * Launches a kernel on a tensor, which it may read and write and knows as `result`.
 *
 * @param values Its uniforms, in the order of `kernel.words`.
 * @param groups Workgroups along x, y and z.
 * @param inputs Other tensors, flat; the kernel knows them as `input0`, ...
 */
export function launch(
  backend: WebGPUBackend,
  kernel: Kernel,
  result: TensorInfo,
  values: readonly number[],
  groups: readonly [number, number, number],
  inputs: readonly TensorInfo[] = [],
): void {
  const vectors = Math.ceil(values.length / 4);
  const uniforms = Array.from({ length: vectors }, (_, i) => {
    const data = [0, 1, 2, 3].map((k) => values[4 * i + k] ?? 0);
    return { type: "int32", data };
  });
  // A new object each time: tfjs appends to the key that it finds.
  const program = {
    variableNames: inputs.map((_, i) => `input${i}`),
    outputShape: result.shape,
    dispatch: [...groups] satisfies number[] as [number, number, number],
    dispatchLayout: { x: [0], y: [1], z: [2] },
    workgroupSize: [kernel.lanes, 1, 1] as [number, number, number],
    shaderKey: kernel.key,
    uniforms: Array.from({ length: vectors }, (_, i) => `words${i} : vec4<i32>, `).join(""),
    getUserCode: () => kernel.code,
  };
  backend.runWebGPUProgram(program, [...inputs], "float32", uniforms, result);
}
