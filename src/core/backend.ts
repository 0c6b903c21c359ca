/** What computed a result. */
export interface BackendDescription {
  readonly name: "webgpu" | "wasm" | "cpu";
  /** The WebGPU adapter; `null` on the others. */
  readonly adapter: {
    readonly description: string;
    readonly vendor: string;
    readonly architecture: string;
    readonly kind: "hardware" | "software";
  } | null;
  /** Versions of what computes: `{ deno, tfjs }`. */
  readonly versions: Readonly<Record<string, string>>;
}
