import { InputError } from "./errors.ts";

/** What is called before {@link selectBackend} makes another backend current. */
export const beforeLeaving: Set<() => void> = new Set();

/**
 * Readies what lies on tfjs's current backend for use on another: parameters that are trained go
 * back to their variables, and the values of variables on WebGPU are read, since tfjs moves what it
 * can read without waiting.
 */
export async function leaveBackend(): Promise<void> {
  for (const give of [...beforeLeaving]) {
    try {
      give();
    } catch (error) {
      // Training began on a third backend and stays there; reading the parameters is an error that says so.
      if (!(error instanceof InputError)) throw error;
    }
  }
  const { engine, getBackend } = await import("@tensorflow/tfjs");
  if (getBackend() !== "webgpu") return;
  // Where a read fails the device is lost; the use of that variable is an error then.
  await Promise.allSettled(
    Object.values(engine().registeredVariables).map((variable) => variable.data()),
  );
}
