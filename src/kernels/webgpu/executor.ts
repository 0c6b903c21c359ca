import type { TensorInfo } from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shapes.ts";
import type { Executor, Program, Region, Session } from "../program.ts";
import {
  checkSize,
  DeviceErrors,
  hardware,
  isSoftware,
  software,
  webgpuBackend,
} from "./device.ts";
import { type Kernel, word } from "./kernel.ts";
import { Scratch } from "./phase.ts";
import { type Mode, type Part, plan } from "./plan.ts";

/** Options for {@link webgpuExecutor}, for tests. */
export interface WebgpuOptions {
  /**
   * How commands are launched. `"narrow"`: one workgroup for each replica runs whole routines.
   * `"wide"`: each phase is a launch. `"looped"`: as `"wide"`, but all steps of a layer are one
   * launch. Default: `"auto"`, by size.
   */
  readonly mode?: Mode;
  /** The kind of adapter to optimize for. Default: that of the backend. */
  readonly adapter?: "hardware" | "software";
}

/**
 * Makes an executor that runs programs on the WebGPU backend of tfjs.
 *
 * The arenas of all replicas are one tensor, which every kernel changes in place. Commands are
 * lowered to phases, each a function in WGSL. A small routine is one kernel in which a single
 * workgroup runs all phases of all steps, so a tiny network takes one launch for many training
 * steps. In a large routine every phase is a launch over many workgroups. No kernel adds
 * atomically, so equal inputs give equal bytes.
 *
 * Errors of the device are thrown by the next `read`. `start` throws an {@link InputError} if
 * another backend is current or if the arena is too large.
 *
 * @param options How commands are launched.
 * @returns The executor.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { selectBackend } from "../../core/backend.ts";
 * import { webgpuExecutor } from "./executor.ts";
 *
 * const found = await selectBackend("webgpu").then(() => true, () => false);
 * if (found) {
 *   const add = { op: "add", count: 2, from: 0, to: 4 } as const;
 *   const session = webgpuExecutor().start({ size: 8, routines: { add: [add] } }, 1);
 *   session.write({ offset: 0, size: 8 }, new Float32Array([1, 2, 0, 0, 10, 20, 0, 0]));
 *   session.run("add", 3);
 *   assertEquals([...await session.read({ offset: 4, size: 2 })], [13, 26]);
 *   session.dispose();
 * }
 * ```
 */
export function webgpuExecutor(options: WebgpuOptions = {}): Executor {
  return {
    start(program: Program, replicas: number): Session {
      return new WebgpuSession(webgpuBackend(), program, replicas, options);
    },
  };
}

class WebgpuSession implements Session {
  readonly #backend: WebGPUBackend;
  readonly #replicas: number;
  readonly #stride: number;
  readonly #arena: TensorInfo;
  readonly #plans: ReadonlyMap<string, readonly Part[]>;
  readonly #errors: DeviceErrors;
  readonly #known = new Set<string>();

  constructor(
    backend: WebGPUBackend,
    program: Program,
    replicas: number,
    { mode = "auto", adapter }: WebgpuOptions,
  ) {
    this.#backend = backend;
    this.#errors = new DeviceErrors(backend.device);
    this.#replicas = replicas;
    const kind = adapter ?? (isSoftware(backend) ? "software" : "hardware");
    const profile = kind === "software" ? software : hardware;
    const scratch = new Scratch(Math.ceil(program.size / 4) * 4);
    const context = { profile, mode, replicas, scratch };
    this.#plans = new Map(
      Object.entries(program.routines).map(([name, list]) => [name, plan(list, context)]),
    );
    this.#stride = Math.max(4, Math.ceil(program.size / 4) * 4 + scratch.size);
    checkSize(backend, this.#stride * replicas);
    this.#arena = backend.makeTensorInfo([this.#stride * replicas], "float32");
  }

  write(region: Region, values: Float32Array): void {
    const count = this.#count(region);
    if (values.length !== count) throw new InputError("values", `${count} numbers`, values.length);
    const tensor = this.#backend.makeTensorInfo([count], "float32", values);
    this.writeTensor(region, tensor);
    this.#backend.disposeData(tensor.dataId);
  }

  writeTensor(region: Region, tensor: TensorInfo): void {
    const count = this.#count(region);
    if (tensor.dtype !== "float32") {
      throw new InputError("the tensor's dtype", "float32", tensor.dtype);
    }
    const found = sizeOf(tensor.shape);
    if (found !== count) throw new InputError("the tensor", `of ${count} numbers`, found);
    const flat = { ...tensor, shape: [count] };
    this.#collect(`write ${count}`, () => this.#copy(copyIn, region, this.#arena, flat));
  }

  async read(region: Region): Promise<Float32Array> {
    const tensor = this.readTensor(region, [this.#count(region)]);
    // All launches are submitted before the first wait, so their errors are collected.
    const reading = this.#errors.collect(() => this.#backend.read(tensor.dataId));
    const values = await reading;
    this.#backend.disposeData(tensor.dataId);
    await this.#errors.check();
    if (!(values instanceof Float32Array)) throw new Error("WebGPU returned no float32 numbers");
    return values;
  }

  readTensor(region: Region, shape: readonly number[]): TensorInfo {
    const tensor = this.#backend.makeTensorInfo([...shape], "float32");
    this.#copy(copyOut, region, { ...tensor, shape: [this.#count(region)] }, this.#arena);
    return tensor;
  }

  run(routine: string, steps = 1, first = 0): void {
    this.#collect(`run ${routine}`, () => this.#run(routine, steps, first));
  }

  dispose(): void {
    this.#backend.disposeData(this.#arena.dataId);
  }

  /**
   * Collects the errors of the first launch of each name, since only that makes kernels and
   * buffers.
   */
  #collect(name: string, launch: () => void): void {
    if (this.#known.has(name)) return launch();
    this.#errors.collect(launch);
    this.#known.add(name);
  }

  #run(routine: string, steps: number, row: number): void {
    const parts = this.#plans.get(routine);
    if (parts === undefined) {
      throw new InputError("routine", [...this.#plans.keys()].join(" or "), routine);
    }
    const [only] = parts;
    if (parts.length === 1 && only?.steps) {
      for (let first = 0; first < steps; first += only.maxRuns) {
        this.#launch(only, {
          "#row": row,
          "#first": first,
          "#last": Math.min(steps, first + only.maxRuns),
        });
      }
      return;
    }
    for (let step = 0; step < steps; step++) {
      for (const part of parts) this.#step(part, step, row);
    }
  }

  #step(part: Part, step: number, row: number): void {
    if (part.steps) {
      return this.#launch(part, { "#row": row, "#first": step, "#last": step + 1 });
    }
    for (let t = 0; t < part.repeat; t += part.maxRuns) {
      this.#launch(part, {
        "#row": row,
        "#step": step,
        "#t": t,
        "#first": t,
        "#last": Math.min(part.repeat, t + part.maxRuns),
      });
    }
  }

  #launch({ kernel, groups, values }: Part, now: Readonly<Record<string, number>>): void {
    const limit = this.#backend.device.limits.maxComputeWorkgroupsPerDimension;
    for (let replica = 0; replica < this.#replicas; replica += limit) {
      const all: Readonly<Record<string, number>> = {
        ...values,
        ...now,
        "#stride": this.#stride,
        "#replica": replica,
      };
      const words = kernel.words.map((name) => all[name] ?? 0);
      const depth = Math.min(limit, this.#replicas - replica);
      launch(this.#backend, kernel, this.#arena, words, [...groups, depth]);
    }
  }

  #copy(kernel: typeof copyIn, region: Region, to: TensorInfo, from: TensorInfo): void {
    const count = this.#count(region);
    if (count === 0) return;
    const words = [count, region.size, this.#stride, region.offset];
    launch(this.#backend, kernel, to, words, [copyGroups(count), 1, 1], [from]);
  }

  #count({ size }: Region): number {
    return size * this.#replicas;
  }
}

/**
 * Launches a kernel on a tensor, which it reads and writes as `result`.
 *
 * @param backend The backend.
 * @param kernel The kernel.
 * @param result The tensor.
 * @param values The uniforms, in the order of `kernel.words`.
 * @param groups Workgroups along x, y and z.
 * @param inputs Flat tensors that the kernel reads as `input0`, ...
 */
function launch(
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
  // The object is new at each launch, since tfjs appends to the key.
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

const lanes = 64;

/**
 * Returns the number of workgroups that copy `count` numbers: at most 4096, so if there are more
 * than 262,144 numbers, a lane copies several.
 */
function copyGroups(count: number): number {
  return Math.max(1, Math.min(Math.ceil(count / lanes), 4096));
}

function copy(key: string, assignment: string): Kernel {
  const code = `
fn main() {
  let count = ${word(0)};
  let size = ${word(1)};
  let stride = ${word(2)};
  let offset = ${word(3)};
  let all = i32(numWorkgroups.x) * ${lanes};
  for (var i = i32(workgroupId.x) * ${lanes} + i32(localIndex); i < count; i += all) {
    let place = i / size * stride + offset + i % size;
    ${assignment}
  }
}`;
  return { key, code, words: ["count", "size", "stride", "offset"], lanes };
}

/**
 * Copies a tensor [replicas, size] to a region of every replica. A cast to float32 in tfjs may only
 * change the label of an int32 tensor; f32() converts its numbers.
 */
const copyIn = copy("unroll_copyIn", "result[place] = f32(input0[i]);");

/** Copies a region of every replica to a tensor [replicas, size]. */
const copyOut = copy("unroll_copyOut", "result[i] = input0[place];");
