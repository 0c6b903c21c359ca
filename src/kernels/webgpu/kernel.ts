/**
 * Compute shaders from phases.
 *
 * @module
 */
import { bind, type Phase } from "./phase.ts";

/**
 * WGSL that every kernel starts with: the offset of the arena of a replica (`base`), the row of the
 * first step among losses, norms and hyperparameters (`baseRow`), the activations, whether a row
 * counts under a mask, and the hash of dropout.ts.
 *
 * Bounds of loops are passed through `bound`, which hides constants: with the constants of narrow
 * kernels drivers would unroll every loop and compile for seconds.
 *
 * `tangent` is tanh. Drivers compute tanh from exp(2x), which overflows. If |x| is below 1/4, the
 * difference 1 - exp(-2x) loses digits by cancellation. The Taylor series is used instead, which is
 * exact to float32 in this range.
 */
const prelude = `
var<private> base: i32;
var<private> baseRow: i32;
var<private> zero: i32;

fn bound(n: i32) -> i32 { return n + zero; }

fn at(i: i32) -> f32 { return result[base + i]; }

fn put(i: i32, value: f32) { result[base + i] = value; }

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

fn tangent(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  let far = (1.0 - e) / (1.0 + e);
  let y = x * x;
  let near = x * (1.0 + y * (-0.33333333 + y * (0.13333333 + y * (-0.053968254 + y * 0.021869489))));
  return select(select(far, -far, x < 0.0), near, abs(x) < 0.25);
}

fn counted(mask: i32, row: i32) -> bool {
  let value = at(max(mask, 0) + row);
  return mask < 0 || value != 0.0;
}

fn mixed(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}
`;

/** A compute shader: WGSL with a `main`, and the integers that are its uniforms. */
export interface Kernel {
  /** The key of the shader: equal code has an equal key. */
  readonly key: string;
  /** WGSL that follows the declarations of tfjs. */
  readonly code: string;
  /**
   * The names of the uniforms in order, all i32. Values of names with `#` differ between launches.
   */
  readonly words: readonly string[];
  /** The number of lanes of a workgroup. */
  readonly lanes: number;
}

const keys = new Map<string, string>();

function kernel(label: string, words: readonly string[], lanes: number, code: string): Kernel {
  const identity = `${words.join()} ${lanes} ${code}`;
  const key = keys.get(identity) ?? `unroll_${label}_${keys.size}`;
  keys.set(identity, key);
  return { key, code, words, lanes };
}

/** Returns WGSL of uniform `i`; uniforms are stored in vectors of four. */
export function word(i: number): string {
  return `uniforms.words${i >> 2}.${"xyzw"[i % 4]}`;
}

/** Returns the fields of a body in the order of their first use. */
function fieldsOf(body: string): string[] {
  return [...new Set([...body.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name))];
}

/** Returns a body whose fields are variables, so that drivers do not fold them as constants. */
function named(body: string, value: (name: string) => string): string {
  const lets = fieldsOf(body).map((name) => `let f_${name}: i32 = ${value(name)};`);
  return `${lets.join("\n")}\n${bind(body, (name) => `f_${name}`)}`;
}

/**
 * Returns the names of the uniforms whose values differ between launches. These names start with
 * `#`, unlike the names of fields.
 */
function launchWords(...names: string[]): string[] {
  return ["stride", "replica", "row", ...names].map((name) => `#${name}`);
}

function declarations(words: readonly string[]): string {
  const lets = words.map((name, i) => `let ${name.slice(1)}_ = ${word(i)};`).join("\n");
  return `${lets}\nbase = (replica_ + i32(workgroupId.z)) * stride_;\nbaseRow = row_;`;
}

/** Returns the kernel of one run of a phase by many workgroups. */
export function wideKernel(phase: Phase, lanes: number): Kernel {
  const launched = launchWords("step", "t", "items");
  const words = [...launched, ...fieldsOf(phase.body)];
  const code = `${prelude}
fn phase(item: i32, t: i32, step: i32) {
${named(phase.body, (name) => word(words.indexOf(name)))}
}
fn main() {
  ${declarations(launched)}
  let all = i32(numWorkgroups.x) * ${lanes};
  for (var i = i32(workgroupId.x) * ${lanes} + i32(localIndex); i < items_; i += all) {
    phase(i, t_, step_);
  }
}`;
  return kernel(phase.name, words, lanes, code);
}

/** Returns the kernel of one run of a phase that uses workgroup memory. */
export function tiledKernel({ name, tiled }: Phase): Kernel {
  const { declarations: memory = "", body = "" } = tiled ?? {};
  const launched = launchWords("step", "t", "items");
  const words = [...launched, ...fieldsOf(body)];
  const code = `${prelude}${memory}
fn main() {
  ${declarations(launched)}
  ${named(body, (field) => word(words.indexOf(field)))}
}`;
  return kernel(`${name}Tiled`, words, 256, code);
}

/**
 * Returns the kernel of runs `first` to `last - 1` of a phase; each workgroup has its own items.
 */
export function loopedKernel(phase: Phase, lanes: number): Kernel {
  const launched = launchWords("step", "first", "last", "items", "share");
  const words = [...launched, ...fieldsOf(phase.body)];
  const code = `${prelude}
fn phase(item: i32, t: i32, step: i32) {
${named(phase.body, (name) => word(words.indexOf(name)))}
}
fn main() {
  ${declarations(launched)}
  let begin = i32(workgroupId.x) * share_;
  let end = min(begin + share_, items_);
  for (var t = first_; t < last_; t++) {
    for (var i = begin + i32(localIndex); i < end; i += ${lanes}) { phase(i, t, step_); }
    storageBarrier();
  }
}`;
  return kernel(`${phase.name}Looped`, words, lanes, code);
}

/** Returns the kernel of steps `first` to `last - 1` of all phases in order, by one workgroup. */
export function narrowKernel(phases: readonly Phase[], lanes: number): Kernel {
  const words = launchWords("first", "last", "zero");
  const code = `${prelude}
${
    phases.map(({ body, fields }, p) => `
fn phase${p}(item: i32, t: i32, step: i32) {
${named(body, (name) => String(fields[name]))}
}`).join("\n")
  }
fn main() {
  ${declarations(words)}
  let lane = i32(localIndex);
  zero = zero_;
  for (var step = first_; step < last_; step++) {
    ${
    phases.map(({ items, repeat = 1 }, p) => `
    for (var t = 0; t < bound(${repeat}); t++) {
      for (var i = lane; i < bound(${items}); i += ${lanes}) { phase${p}(i, t, step); }
      storageBarrier();
    }`).join("\n")
  }
  }
}`;
  return kernel("narrow", words, lanes, code);
}
