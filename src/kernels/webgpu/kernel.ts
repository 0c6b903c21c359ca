import type { Phase } from "./phase.ts";
import { bind } from "./phase.ts";
import { prelude } from "./prelude.ts";

/** A compute shader: WGSL of a `main`, and the integers that it takes as uniforms. */
export interface Kernel {
  /** Tells it from all others: equal code has an equal key. */
  readonly key: string;
  /** WGSL to follow the declarations of tfjs. */
  readonly code: string;
  /** Names of its uniforms, in order; all i32. Those that begin with `#` change by launch. */
  readonly words: readonly string[];
  /** Lanes of a workgroup. */
  readonly lanes: number;
}

const keys = new Map<string, string>();

function kernel(label: string, words: readonly string[], lanes: number, code: string): Kernel {
  const identity = `${words.join()} ${lanes} ${code}`;
  const key = keys.get(identity) ?? `unroll_${label}_${keys.size}`;
  keys.set(identity, key);
  return { key, code, words, lanes };
}

/** Where a uniform is among the vectors that hold them. */
export function word(i: number): string {
  return `uniforms.words${i >> 2}.${"xyzw"[i % 4]}`;
}

/** Fields of a body in the order in which they first appear. */
function fieldsOf(body: string): string[] {
  return [...new Set([...body.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name))];
}

/** WGSL that names fields, `value` giving what each is; what they are is then no constant. */
function named(body: string, value: (name: string) => string): string {
  const lets = fieldsOf(body).map((name) => `let f_${name}: i32 = ${value(name)};`);
  return `${lets.join("\n")}\n${bind(body, (name) => `f_${name}`)}`;
}

/** Names of uniforms that a launch gives: they begin with `#`, as no field does. */
function own(...names: string[]): string[] {
  return ["stride", "replica", "slot", ...names].map((name) => `#${name}`);
}

function open(words: readonly string[]): string {
  const lets = words.map((name, i) => `let ${name.slice(1)}_ = ${word(i)};`).join("\n");
  return `${lets}\nbase = (replica_ + i32(workgroupId.z)) * stride_;\nfirstSlot = slot_;`;
}

/** One run of a phase by many workgroups. Uniforms: see the code, then the fields. */
export function wideKernel(phase: Phase, lanes: number): Kernel {
  const launched = own("step", "t", "items");
  const words = [...launched, ...fieldsOf(phase.body)];
  const code = `${prelude}
fn phase(item: i32, t: i32, step: i32) {
${named(phase.body, (name) => word(words.indexOf(name)))}
}
fn main() {
  ${open(launched)}
  let all = i32(numWorkgroups.x) * ${lanes};
  for (var i = i32(workgroupId.x) * ${lanes} + i32(localIndex); i < items_; i += all) {
    phase(i, t_, step_);
  }
}`;
  return kernel(phase.name, words, lanes, code);
}

/** One run of a phase through workgroup memory. */
export function tiledKernel({ name, tiled }: Phase): Kernel {
  const { declarations = "", body = "" } = tiled ?? {};
  const launched = own("step", "t", "items");
  const words = [...launched, ...fieldsOf(body)];
  const code = `${prelude}${declarations}
fn main() {
  ${open(launched)}
  ${named(body, (field) => word(words.indexOf(field)))}
}`;
  return kernel(`${name}Tiled`, words, 256, code);
}

/** Runs `first` to `last - 1` of a phase, each workgroup with a share of items of its own. */
export function loopedKernel(phase: Phase, lanes: number): Kernel {
  const launched = own("step", "first", "last", "items", "share");
  const words = [...launched, ...fieldsOf(phase.body)];
  const code = `${prelude}
fn phase(item: i32, t: i32, step: i32) {
${named(phase.body, (name) => word(words.indexOf(name)))}
}
fn main() {
  ${open(launched)}
  let begin = i32(workgroupId.x) * share_;
  let end = min(begin + share_, items_);
  for (var t = first_; t < last_; t++) {
    for (var i = begin + i32(localIndex); i < end; i += ${lanes}) { phase(i, t, step_); }
    storageBarrier();
  }
}`;
  return kernel(`${phase.name}Looped`, words, lanes, code);
}

/** All phases one after the other, for steps `first` to `last - 1`, by one workgroup. */
export function narrowKernel(phases: readonly Phase[], lanes: number): Kernel {
  const words = own("first", "last", "zero");
  const code = `${prelude}
${
    phases.map(({ body, fields }, p) => `
fn phase${p}(item: i32, t: i32, step: i32) {
${named(body, (name) => String(fields[name]))}
}`).join("\n")
  }
fn main() {
  ${open(words)}
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
