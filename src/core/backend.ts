import { type Adapter, adapterHelp, type AdapterSource, findAdapter } from "./backend_adapter.ts";
import { startBackend } from "./backend_start.ts";
import { InputError, MissingError } from "./errors.ts";
import { runtime, thisMachine } from "../platform/runtime.ts";
import { packageVersions } from "../platform/versions.ts";

/** What computed a result. */
export interface BackendDescription {
  /** What tfjs calls it. */
  readonly name: "webgpu" | "wasm" | "cpu";
  /** The WebGPU adapter; `null` on the others. */
  readonly adapter: Adapter | null;
  /** Versions of the runtime and of tfjs: `{ deno, tfjs }`. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * What to compute on. `"auto"`: WebGPU on a hardware adapter, else WASM. `"webgpu"`: any adapter,
 * a software one too.
 */
export type BackendRequest = "auto" | "webgpu" | "wasm" | "cpu";

/** A backend, and why it is not the one that `"auto"` prefers. */
export interface BackendSelection {
  /** What computes, or would compute. */
  readonly description: BackendDescription;
  /** One line for the user: why it is WASM and how to get WebGPU; `null` where that is no news. */
  readonly note: string | null;
}

/** What stands between the selection and the machine. */
export interface BackendOptions {
  /** Where adapters come from; by default `navigator.gpu`. */
  readonly gpu?: AdapterSource;
  /** Makes a backend current; gives `null` or what went wrong. By default tfjs is loaded for it. */
  readonly start?: (name: BackendDescription["name"]) => Promise<string | null>;
}

/**
 * The backend that {@link selectBackend} would select, found without loading tfjs.
 *
 * It asks for a WebGPU adapter and starts nothing, so it cannot foresee a hardware adapter that
 * then fails to compute.
 *
 * @throws {InputError} On an unknown request.
 * @throws {MissingError} On `"webgpu"` without an adapter, with what to install.
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
  // navigator.gpu is not looked at before this line: a request for cpu or wasm leaves it alone.
  const adapter = await findAdapter(options.gpu ?? navigator.gpu);
  if (adapter && (request === "webgpu" || adapter.kind === "hardware")) {
    return { description: describeBackend("webgpu", adapter), note: null };
  }
  const help = adapterHelp(thisMachine().os);
  if (request === "webgpu") {
    throw new MissingError(`No WebGPU adapter was found. ${help} Or use \`--backend wasm\`.`);
  }
  const note = adapter
    ? `WASM: the only WebGPU adapter is software, ${adapter.description}; ` +
      "`--backend webgpu` uses it all the same."
    : `WASM: no WebGPU adapter was found. ${help}`;
  return { description: describeBackend("wasm", null), note };
}

/**
 * Makes a backend the one that tfjs computes on, for the whole program, and checks it with a
 * product that is known.
 *
 * Models move to it: parameters that are trained return to their variables, and variables on WebGPU
 * are read. Another tensor on WebGPU moves after one `await tensor.data()`; before, its use on another
 * backend is an error. A `Stream` goes on where it was made, whatever is selected. An optimizer trains
 * only where it began; another one can go on from its `stateDict()`.
 *
 * A selection waits for those before it, so the last one that was asked for is current in the end. Await
 * a selection before you ask for another: its description is of what was current when it ended.
 *
 * On WebGPU, `await tensor.data()` and `await tensor.array()` give values. `dataSync()`, `arraySync()`
 * and `print()` do not wait for them, and are errors.
 *
 * @param request What to compute on.
 * @param options What stands between the selection and the machine; for tests.
 * @returns The backend, and why it is not another.
 * Needs no permission for cpu and WebGPU, and `--allow-read` for WASM, whose module lies in
 * Deno's npm cache. On Linux `--allow-env=XDG_RUNTIME_DIR` keeps drivers quiet.
 *
 * @throws {InputError} On an unknown request.
 * @throws {MissingError} Where the backend is not there or does not compute, with what to do.
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
  // A selection that failed has told its own caller; the next one starts all the same.
  lastSelection = selection.catch(() => {});
  return selection;
}

/** Ends after every selection that was asked for. tfjs has one backend, and two at once would mix. */
let lastSelection: Promise<unknown> = Promise.resolve();

async function selectNow(
  request: BackendRequest,
  options: BackendOptions,
): Promise<BackendSelection> {
  const { start = startBackend } = options;
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
