/**
 * The WebGPU device of tfjs: its limits, its errors, and what is fast on it.
 *
 * @module
 */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { currentBackend } from "../../core/current_backend.ts";
import { InputError, MissingError } from "../../core/errors.ts";
import { tf } from "../../core/tfjs.ts";

/**
 * Returns the WebGPU backend of tfjs.
 *
 * @throws {InputError} If another backend is the current one.
 */
export function webgpuBackend(): WebGPUBackend {
  const name = currentBackend();
  if (name !== "webgpu") throw new InputError("the current backend", "webgpu", name);
  return tf.backend() as WebGPUBackend;
}

/** Returns whether the adapter of a backend is software: a processor that emulates a GPU. */
export function isSoftware({ device }: WebGPUBackend): boolean {
  const { adapterInfo }: { adapterInfo?: { isFallbackAdapter?: boolean } } = device;
  return adapterInfo?.isFallbackAdapter === true;
}

/**
 * Checks that the device can bind an arena of `count` numbers.
 *
 * @throws {InputError} If the arena is too large; the message has the limit in MiB.
 */
export function checkSize({ device: { limits } }: WebGPUBackend, count: number): void {
  const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, 2 ** 32);
  if (4 * count <= limit) return;
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20 * 10) / 10;
  throw new InputError(
    "the size of the arena in MiB",
    `at most ${mebibytes(limit)} on this adapter`,
    mebibytes(4 * count),
    "Use fewer replicas, a smaller batch or a shorter sequence.",
  );
}

/** What is fast on an adapter. The unit of cost is an iteration of an inner loop. */
export interface Profile {
  /** Whether a processor emulates the GPU. */
  readonly software: boolean;
  /** The largest number of iterations of all loops in one lane of one launch. */
  readonly iterations: number;
  /** The number of iterations that take as long as a launch. */
  readonly launchIterations: number;
  /** The number of workgroups that run at a time. */
  readonly cores: number;
  /** The number of workgroups above which each lane computes several items. */
  readonly groups: number;
  /** The number of weights that a workgroup reads in the time of a launch. */
  readonly maxWeights: number;
  /** The number of lanes of a single workgroup. */
  readonly narrowLanes: number;
  /** Returns the number of lanes of each workgroup, if workgroups share `items`. */
  lanes(items: number): number;
}

/**
 * The profile of llvmpipe, Mesa's software adapter.
 *
 * llvmpipe silently ends every loop of a lane when all loops of the lane together have taken 65,535
 * iterations, so a launch must take fewer. Eight lanes are one vector of the processor. A launch
 * costs 0.14 ms. A kernel with barriers stores its variables in memory and takes twice the time.
 */
export const software: Profile = {
  software: true,
  iterations: 50_000,
  launchIterations: 800,
  cores: 2,
  groups: 64,
  maxWeights: 0,
  narrowLanes: 8,
  lanes: () => 8,
};

/**
 * The profile of a large GPU.
 *
 * Reads take hundreds of cycles, so a workgroup needs many lanes to hide them, and hundreds of
 * workgroups run at a time. `iterations` limits a launch to a few tenths of a second, since systems
 * reset a GPU that does not respond for two seconds. A launch through WebGPU costs about 30 us. In
 * this time a workgroup reads half a million weights from the shared cache.
 */
export const hardware: Profile = {
  software: false,
  iterations: 200_000,
  launchIterations: 150,
  cores: 128,
  groups: 2048,
  maxWeights: 2 ** 19,
  narrowLanes: 256,
  lanes: (items) => items <= 64 * 128 ? 64 : 256,
};

/** An error of the device. */
interface DeviceError {
  readonly kind: "validation" | "memory";
  readonly message: string;
}

/**
 * Collects the errors of a device. WebGPU reports them asynchronously and tfjs does not ask for
 * them: a kernel that the driver rejects would silently leave its numbers unchanged.
 */
export class DeviceErrors {
  readonly #device: WebGPUBackend["device"];
  #pending: Promise<DeviceError | null>[] = [];

  /** @param device The device. */
  constructor(device: WebGPUBackend["device"]) {
    this.#device = device;
  }

  /** Calls `launch`, and collects the errors of all that it launches, without waiting for them. */
  collect<T>(launch: () => T): T {
    this.#device.pushErrorScope("out-of-memory");
    this.#device.pushErrorScope("validation");
    try {
      return launch();
    } finally {
      for (const kind of ["validation", "memory"] as const) {
        const found = this.#device.popErrorScope();
        this.#pending.push(found.then(
          (error) => error && { kind, message: error.message },
          (error) => ({ kind: "validation", message: String(error) }),
        ));
      }
    }
  }

  /**
   * Waits for all errors that were collected since the last call, and throws them.
   *
   * @throws {MissingError} If the device had too little memory.
   * @throws {Error} If the device reported another error; the message has its text.
   */
  async check(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const errors = (await Promise.all(pending)).filter((error) => error !== null);
    if (errors.length === 0) return;
    const messages = errors.map(({ message }) => message).join("; ");
    if (errors.every(({ kind }) => kind === "validation")) {
      throw new Error(`WebGPU refused: ${messages}`);
    }
    throw new MissingError(
      `The WebGPU device has too little memory: ${messages}. Use fewer replicas, a smaller batch or ` +
        "a shorter sequence, or `--backend wasm`.",
    );
  }
}
