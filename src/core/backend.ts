import { checkFlags } from "./arguments.ts";
import { type Adapter, adapterHelp, type AdapterSource, findAdapter } from "./backend_adapter.ts";
import { startBackend } from "./backend_start.ts";
import { currentBackend } from "./current_backend.ts";
import { InputError, MissingError } from "./errors.ts";
import { hasTfjs } from "./tfjs.ts";
import { runtime, thisMachine, webgpu } from "../platform/runtime.ts";
import { packageVersions } from "../platform/versions.ts";

/** The backend of a result. */
export interface BackendDescription {
  /** The name of the backend, the same as in TensorFlow.js. */
  readonly name: "webgpu" | "wasm" | "cpu";
  /** The WebGPU adapter; `null` for other backends. */
  readonly adapter: Adapter | null;
  /** Versions of the runtime and of tfjs: `{ deno, tfjs }`. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The backend to select. `"auto"` is WebGPU if there is a hardware adapter, and WASM otherwise.
 * `"webgpu"` accepts a software adapter too.
 */
export type BackendRequest = "auto" | "webgpu" | "wasm" | "cpu";

/** The selected backend. */
export interface BackendSelection {
  /** The backend. */
  readonly description: BackendDescription;
  /** One line for the user: why `"auto"` gave WASM, and how to get WebGPU; otherwise `null`. */
  readonly note: string | null;
}

/** Options for {@link selectBackend}. */
export interface BackendOptions {
  /**
   * Whether to load TensorFlow.js, so that tensors can be used. By default it is loaded if the
   * program has imported it before, and on WebGPU.
   */
  readonly tensors?: boolean;
  /** The source of adapters, for tests; by default `navigator.gpu`. */
  readonly gpu?: AdapterSource;
  /**
   * Starts a backend and returns `null`, or the problem if there is one. By default it selects and
   * checks the backend.
   */
  readonly start?: (name: BackendDescription["name"]) => Promise<string | null>;
}

/**
 * Finds the backend that {@link selectBackend} selects, without loading tfjs.
 *
 * It requests a WebGPU adapter but starts nothing. If the adapter fails to compute,
 * {@link selectBackend} can select another backend.
 *
 * @param request The requested backend.
 * @param options The source of adapters.
 * @returns The backend, and why it is WASM if a GPU was expected.
 * @throws {InputError} If `request` is unknown.
 * @throws {MissingError} If `request` is `"webgpu"` and there is no adapter. The message says what
 * to install.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { resolveBackend } from "./backend.ts";
 *
 * const { description } = await resolveBackend("cpu");
 * assert(description.name === "cpu" && description.adapter === null);
 * ```
 */
export async function resolveBackend(
  request: BackendRequest,
  options: Pick<BackendOptions, "gpu"> = {},
): Promise<BackendSelection> {
  if (request === "cpu" || request === "wasm") {
    return { description: describeBackend(request, null), note: null };
  }
  if (request !== "auto" && request !== "webgpu") {
    throw new InputError("backend", "auto, webgpu, wasm or cpu", request);
  }
  // A request for cpu or wasm does not touch navigator.gpu.
  const adapter = await findAdapter(options.gpu ?? webgpu());
  if (adapter && (request === "webgpu" || adapter.kind === "hardware")) {
    return { description: describeBackend("webgpu", adapter), note: null };
  }
  const help = adapterHelp(thisMachine().os);
  if (request === "webgpu") {
    throw new MissingError(`No WebGPU adapter was found. ${help} Or use \`--backend wasm\`.`);
  }
  const note = adapter
    ? `WASM: the only WebGPU adapter is software, ${adapter.description}; ` +
      "`--backend webgpu` uses it."
    : `WASM: no WebGPU adapter was found. ${help}`;
  return { description: describeBackend("wasm", null), note };
}

/**
 * Selects the backend on which the whole program computes, and checks it with a matrix product.
 *
 * Training, evaluation and generation of a {@link SequenceModel} on cpu and WASM do not need
 * TensorFlow.js. TensorFlow.js is loaded, and its backend is selected as well,
 * - on WebGPU, where TensorFlow.js provides the device;
 * - in a program that has imported `@tensorflow/tfjs` before;
 * - if `tensors` is `true`.
 *
 * Models move to the new backend. Any other tensor on WebGPU must be read with
 * `await tensor.data()` before it is used on another backend; otherwise the use throws. An
 * `InferenceSession` stays on the backend on which it was made. An optimizer stays on the backend
 * on which it began to train; a new optimizer can continue from its `stateDict()`.
 *
 * Selections run one after the other, in the order of the calls. Await a selection before you
 * request another one.
 *
 * On WebGPU read values with `await tensor.data()` or `await tensor.array()`. The synchronous
 * `dataSync()`, `arraySync()` and `print()` throw.
 *
 * With TensorFlow.js, WASM in a browser loads the `.wasm` files of `@tensorflow/tfjs-backend-wasm`
 * from the folder of the page, unless `setWasmPaths` of that package names another, and WASM in
 * Deno needs `--allow-read`, since that module is in the npm cache. Without TensorFlow.js and on
 * WebGPU no permission is needed. On Linux `--allow-env=XDG_RUNTIME_DIR` silences drivers of
 * WebGPU.
 *
 * @param request The requested backend.
 * @param options Whether tensors are used, and replacements for the machine, for tests.
 * @returns The backend, and why it is WASM if a GPU was expected.
 * @throws {InputError} If `request` is unknown, or `tensors` is not a boolean.
 * @throws {MissingError} If the backend is missing or does not compute. The message says what to
 * do.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { selectBackend } from "./backend.ts";
 *
 * const { description, note } = await selectBackend("wasm");
 * assert(description.name === "wasm" && note === null);
 * ```
 */
export function selectBackend(
  request: BackendRequest,
  options: BackendOptions = {},
): Promise<BackendSelection> {
  const selection = lastSelection.then(() => selectNow(request, options));
  // The caller of a failed selection gets its error; the next selection starts nevertheless.
  lastSelection = selection.catch(() => {});
  return selection;
}

/**
 * Loads TensorFlow.js on the current backend, for code that needs tensors in a program that was
 * started without them. The function does nothing if TensorFlow.js is loaded, or before a backend
 * is selected.
 *
 * @throws {MissingError} If TensorFlow.js does not compute on the backend.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadTensors, selectBackend } from "./backend.ts";
 * import { hasTfjs } from "./tfjs.ts";
 *
 * await selectBackend("cpu");
 * assert(!hasTfjs());
 * await loadTensors();
 * assert(hasTfjs());
 * ```
 */
export async function loadTensors(): Promise<void> {
  const backend = currentBackend();
  // On WebGPU, TensorFlow.js is loaded already.
  if (hasTfjs() || (backend !== "cpu" && backend !== "wasm")) return;
  await selectBackend(backend, { tensors: true });
}

/** The last selection. There is one current backend, so selections must not overlap. */
let lastSelection: Promise<unknown> = Promise.resolve();

async function selectNow(
  request: BackendRequest,
  options: BackendOptions,
): Promise<BackendSelection> {
  const { tensors } = options;
  checkFlags({ tensors });
  const { start = (name: BackendDescription["name"]) => startBackend(name, tensors) } = options;
  const selection = await resolveBackend(request, options);
  const { name, adapter } = selection.description;
  const failure = await start(name);
  if (failure === null) return selection;
  const where = adapter ? `${labels[name]} (${adapter.description})` : labels[name];
  if (request !== "auto" || name !== "webgpu") {
    throw new MissingError(`${where} ${failure}.${alternatives[name]}`);
  }
  const second = await start("wasm");
  if (second !== null) {
    throw new MissingError(`${where} ${failure}, and WASM ${second}.${alternatives.wasm}`);
  }
  return {
    description: describeBackend("wasm", null),
    note: `WASM: ${where} ${failure}. Updating the GPU's driver may help.`,
  };
}

const labels = { webgpu: "WebGPU", wasm: "WASM", cpu: "The cpu backend" };

const alternatives = {
  webgpu: " Use `--backend wasm` instead.",
  wasm: " Use `--backend cpu` instead.",
  cpu: "",
};

function describeBackend(
  name: BackendDescription["name"],
  adapter: Adapter | null,
): BackendDescription {
  const { name: program, version } = runtime();
  const { "@tensorflow/tfjs": tfjs = "" } = packageVersions();
  return { name, adapter, versions: { [program]: version, tfjs } };
}
