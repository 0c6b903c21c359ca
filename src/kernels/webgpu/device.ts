/**
 * The WebGPU device: what it allows, what it refuses, and what is fast on it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InputError, MissingError } from "../../core/errors.ts";

/**
 * tfjs's WebGPU backend.
 *
 * @throws {InputError} Where another backend is the current one.
 */
export function webgpuBackend(): WebGPUBackend {
  const name = tf.getBackend();
  if (name !== "webgpu") throw new InputError("the current backend", "webgpu", name);
  return tf.backend() as WebGPUBackend;
}

/** Whether a processor stands in for the GPU of a backend. */
export function isSoftware({ device }: WebGPUBackend): boolean {
  const { adapterInfo }: { adapterInfo?: { isFallbackAdapter?: boolean } } = device;
  return adapterInfo?.isFallbackAdapter === true;
}

/**
 * Checks that an arena of `count` numbers is no more than the device binds.
 *
 * @throws {InputError} Where it is, in MiB.
 */
export function checkSize({ device: { limits } }: WebGPUBackend, count: number): void {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize, 2 ** 32);
  if (4 * count <= most) return;
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20 * 10) / 10;
  throw new InputError(
    "the MiB of the arena",
    `at most ${mebibytes(most)} on this adapter`,
    mebibytes(4 * count),
    "Use fewer replicas, a smaller batch or a shorter sequence.",
  );
}

/** What is good for an adapter. Costs are in turns of inner loops, of some multiply-adds each. */
export interface Profile {
  /** Whether a processor stands in for the GPU. */
  readonly software: boolean;
  /** Turns of all loops that one launch may take in one lane. */
  readonly turns: number;
  /** Turns for which one launch could pay. */
  readonly launchTurns: number;
  /** Workgroups that run at a time. */
  readonly cores: number;
  /** Workgroups after which lanes take several items each. */
  readonly groups: number;
  /** Numbers of weights that a workgroup reads in the time of a launch. */
  readonly mostWeights: number;
  /** Lanes of a workgroup that is alone. */
  readonly narrowLanes: number;
  /** Lanes of workgroups that share `items`. */
  lanes(items: number): number;
}

/**
 * Mesa's llvmpipe ends every loop of a lane, in silence, once all its loops together have taken
 * 65,535 turns: nothing launched may take as many. Eight lanes are one vector of the processor. A
 * launch costs 0.14 ms; a kernel with barriers keeps its variables in memory, at twice the time.
 */
export const software: Profile = {
  software: true,
  turns: 50_000,
  launchTurns: 800,
  cores: 2,
  groups: 64,
  mostWeights: 0,
  narrowLanes: 8,
  lanes: () => 8,
};

/**
 * A large GPU: reads take some hundred cycles, so that a workgroup wants lanes to wait in turn,
 * and some hundred workgroups run side by side. `turns` keeps a launch at some tenths of a second
 * at the worst: systems reset a GPU that does not answer for two. A launch through WebGPU costs
 * some 30 us, in which a workgroup reads half a million weights from the cache that all share.
 */
export const hardware: Profile = {
  software: false,
  turns: 200_000,
  launchTurns: 150,
  cores: 128,
  groups: 2048,
  mostWeights: 2 ** 19,
  narrowLanes: 256,
  lanes: (items) => items <= 64 * 128 ? 64 : 256,
};

/** What a device says that it did not do. */
interface Refusal {
  readonly kind: "validation" | "memory";
  readonly message: string;
}

/**
 * Hears of what the device refuses. WebGPU tells later and tfjs does not ask: a kernel that a
 * driver does not take would leave its numbers as they were, and nobody would know.
 */
export class DeviceErrors {
  readonly #device: WebGPUBackend["device"];
  #answers: Promise<Refusal | null>[] = [];

  /** Watches a device. */
  constructor(device: WebGPUBackend["device"]) {
    this.#device = device;
  }

  /** Does what `launch` does, without waiting, and remembers to ask what became of it. */
  over<T>(launch: () => T): T {
    this.#device.pushErrorScope("out-of-memory");
    this.#device.pushErrorScope("validation");
    try {
      return launch();
    } finally {
      for (const kind of ["validation", "memory"] as const) {
        const answer = this.#device.popErrorScope();
        this.#answers.push(answer.then(
          (error) => error && { kind, message: error.message },
          (error) => ({ kind: "validation", message: String(error) }),
        ));
      }
    }
  }

  /**
   * Waits for what became of all that was watched.
   *
   * @throws {MissingError} If the device had too little memory for any of it.
   * @throws {Error} If the device refused any of it for another reason, with what it says.
   */
  async check(): Promise<void> {
    const answers = this.#answers;
    this.#answers = [];
    const refusals = (await Promise.all(answers)).filter((answer) => answer !== null);
    if (refusals.length === 0) return;
    const messages = refusals.map(({ message }) => message).join("; ");
    if (refusals.every(({ kind }) => kind === "validation")) {
      throw new Error(`WebGPU refused: ${messages}`);
    }
    throw new MissingError(
      `The WebGPU device has too little memory: ${messages}. Use fewer replicas, a smaller batch or ` +
        "a shorter sequence, or `--backend wasm`.",
    );
  }
}
