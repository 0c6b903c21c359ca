import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/**
 * Hears of what the device refuses. WebGPU tells later and tfjs does not ask: a kernel that a
 * driver does not take would leave its numbers as they were, and nobody would know.
 */
export class Watch {
  readonly #device: WebGPUBackend["device"];
  #answers: Promise<string | null>[] = [];

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
      for (let scope = 0; scope < 2; scope++) {
        const answer = this.#device.popErrorScope();
        this.#answers.push(answer.then((error) => error?.message ?? null, String));
      }
    }
  }

  /**
   * Waits for what became of all that was watched.
   *
   * @throws {Error} Where the device refused any of it, with what it says.
   */
  async check(): Promise<void> {
    const answers = this.#answers;
    this.#answers = [];
    const refusals = (await Promise.all(answers)).filter((answer) => answer !== null);
    if (refusals.length > 0) throw new Error(`WebGPU refused: ${refusals.join("; ")}`);
  }
}
