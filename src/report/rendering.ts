import { type Binding, UnboundError } from "./binding.ts";
import type { Safe } from "./html.ts";

/** What is around a binding in a line of text: a link can stand in text alone. */
export type Around = "text" | "link" | "formula";

/** What the bindings of a page stand for; functions throw {@link UnboundError} on a wrong one. */
export interface Bindings {
  /** The kinds that stand on a line of their own. */
  readonly blockKinds: readonly string[];
  /** What a binding in a line of text stands for. */
  inline(binding: Binding, around: Around): Safe;
  /** What a binding on a line of its own stands for. */
  block(binding: Binding): Safe;
}

/** What the parts of the renderer share. */
export interface Rendering {
  readonly bindings: Bindings;
  /** Offsets of the braces and dollar signs that were understood. */
  readonly seen: Set<number>;
  /** Throws a {@link PageError} about a place in the source. */
  fail(offset: number, problem: string): never;
}

/** Runs what a binding stands for, with the binding's place in the error. */
export function bound(rendering: Rendering, offset: number, value: () => Safe): string {
  try {
    return value().markup;
  } catch (error) {
    if (error instanceof UnboundError) rendering.fail(offset, error.message);
    throw error;
  }
}
