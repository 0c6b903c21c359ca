import { type Binding, UnboundError } from "./binding.ts";

/** Refuses a block that is in the page already: ids would be there twice. */
export class Placed {
  readonly #texts = new Set<string>();

  /** Notes a block. */
  add(binding: Binding): void {
    const key = `${binding.kind}:${binding.target}`;
    if (this.#texts.has(key)) throw new UnboundError(`${binding.text} is in this page already`);
    this.#texts.add(key);
  }

  /** Whether the block was noted. */
  has(kind: string, target: string): boolean {
    return this.#texts.has(`${kind}:${target}`);
  }
}
