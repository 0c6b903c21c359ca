/** What stands between `{{` and `}}`: `{{kind}}`, `{{kind:target}}` or `{{kind:target.field}}`. */
export interface Binding {
  /** The whole, as written. */
  readonly text: string;
  readonly kind: string;
  /** What follows the colon, up to the field; empty where there is none. */
  readonly target: string;
  /** What follows the target's last dot; `undefined` where there is none. */
  readonly field: string | undefined;
}

/**
 * Reads a binding.
 *
 * @param inner What stands between the braces.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { parseBinding } from "./binding.ts";
 *
 * const binding = parseBinding("metric:half-life.low");
 * assert(binding.kind === "metric" && binding.target === "half-life");
 * assert(binding.field === "low");
 * ```
 */
export function parseBinding(inner: string): Binding {
  const [kind = "", ...rest] = inner.trim().split(":");
  const after = rest.join(":").trim();
  const dot = after.lastIndexOf(".");
  return {
    text: `{{${inner}}}`,
    kind: kind.trim(),
    target: dot < 0 ? after : after.slice(0, dot),
    field: dot < 0 ? undefined : after.slice(dot + 1),
  };
}

/** Takes the experiment off the front of a target: `experiment/id`. */
export function splitTarget(binding: Binding): { experiment: string; inner: Binding } {
  const [experiment = "", ...rest] = binding.target.split("/");
  return { experiment, inner: { ...binding, target: rest.join("/") } };
}

/** A binding with nothing behind it; the page adds the place. */
export class UnboundError extends Error {
  /** `"UnboundError"`. */
  override readonly name = "UnboundError";
}

/** What is said of a binding that names nothing, with what there is instead. */
export function namesNo(binding: Binding, what: string, names: readonly string[]): UnboundError {
  const known = names.length > 0 ? `there are: ${names.join(", ")}` : "there are none";
  return new UnboundError(`${binding.text} names no ${what}; ${known}`);
}

/** What is said of a binding whose kind is none of those. */
export function unknownKind(binding: Binding, kinds: readonly string[]): UnboundError {
  return new UnboundError(`${binding.text} is of no known kind; there are: ${kinds.join(", ")}`);
}
