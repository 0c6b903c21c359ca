/** A binding: `{{kind}}`, `{{kind:target}}` or `{{kind:target.field}}`. */
export interface Binding {
  /** The binding as written, with its braces. */
  readonly text: string;
  readonly kind: string;
  /** The text between the colon and the field; may be empty. */
  readonly target: string;
  /** The text after the last dot; `undefined` without a dot. */
  readonly field: string | undefined;
}

/**
 * Parses a binding.
 *
 * @param inner The text between the braces.
 * @returns The binding.
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

/** Splits a target `experiment/id` into the experiment and a binding of `id`. */
export function splitTarget(binding: Binding): { experiment: string; inner: Binding } {
  const [experiment = "", ...rest] = binding.target.split("/");
  return { experiment, inner: { ...binding, target: rest.join("/") } };
}

/** An error of a binding, to which the page adds the position. */
export class UnboundError extends Error {
  /** `"UnboundError"`. */
  override readonly name = "UnboundError";
}

/** The error of a binding that names nothing, with the known names. */
export function namesNo(binding: Binding, what: string, names: readonly string[]): UnboundError {
  const known = names.length > 0 ? `there are: ${names.join(", ")}` : "there are none";
  return new UnboundError(`${binding.text} names no ${what}; ${known}`);
}

/** The error of a binding of an unknown kind, with the known kinds. */
export function unknownKind(binding: Binding, kinds: readonly string[]): UnboundError {
  return new UnboundError(
    `${binding.text} is of an unknown kind; the kinds are: ${kinds.join(", ")}`,
  );
}
