import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { MissingError } from "../../core/errors.ts";

/** What a device says that it did not do. */
interface Refusal {
  readonly kind: "validation" | "memory";
  readonly message: string;
}

/**
 * Hears of what the device refuses. WebGPU tells later and tfjs does not ask: a kernel that a
 * driver does not take would leave its numbers as they were, and nobody would know.
 */
export class Watch {
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
