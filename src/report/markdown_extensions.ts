import type { Token, TokenizerAndRendererExtension } from "marked";
import { type Binding, parseBinding } from "./binding.ts";
import { html, type Safe } from "./html.ts";
import { markPattern, offsetsIn, unmark } from "./marks.ts";
import { bound, type Rendering } from "./rendering.ts";
import { renderTex } from "./tex.ts";

const braces = `\\{\\{${markPattern}([^\\n]*?)\\}\\}`;
const wholeLine = new RegExp(`^ {0,3}${braces}[ \\t]*(?:\\n|$)`);
const inText = new RegExp(`^${braces}`);
const opening = new RegExp(`^\\{\\{${markPattern}`);
const displayTex = new RegExp(
  `^ {0,3}\\$\\$${markPattern}([^$]+?)\\$\\$${markPattern}[ \\t]*(?:\\n|$)`,
);
const inlineTex = new RegExp(`^\\$${markPattern}((?:\\\\\\$|[^$])+?)\\$${markPattern}`);

/** A binding that the lexer has found. */
export interface BindingToken {
  readonly binding: Binding;
  readonly block: boolean;
}

const found = new WeakMap<object, BindingToken>();

/** The binding of a token, where it is one. */
export function bindingOf(token: Token): BindingToken | undefined {
  return found.get(token);
}

/** Bindings on a line of their own, of a kind that stands there. */
export function blockBinding(rendering: Rendering): TokenizerAndRendererExtension {
  const { blockKinds } = rendering.bindings;
  const match = (source: string) => {
    const [raw, offset, inner] = wholeLine.exec(source) ?? [];
    if (raw === undefined || inner === undefined) return undefined;
    const binding = parseBinding(inner);
    return blockKinds.includes(binding.kind) ? { raw, offset: Number(offset), binding } : undefined;
  };
  return {
    name: "blockBinding",
    level: "block",
    start(source) {
      // A line within a paragraph ends it.
      return [...source.matchAll(/\n(?= {0,3}\{\{)/g)]
        .find(({ index }) => match(source.slice(index + 1)))?.index;
    },
    tokenizer(source) {
      const line = match(source);
      if (!line) return undefined;
      const token = { type: "blockBinding", ...line };
      found.set(token, { binding: line.binding, block: true });
      return token;
    },
    renderer(token) {
      const binding = bindingOf(token)?.binding;
      if (!binding) return false;
      rendering.seen.add(token.offset);
      return bound(rendering, token.offset, () => rendering.bindings.block(binding));
    },
  };
}

/** Bindings in a line of text. */
export function inlineBinding(rendering: Rendering): TokenizerAndRendererExtension {
  return {
    name: "inlineBinding",
    level: "inline",
    start: (source) => startOf(source, "{{"),
    tokenizer(source) {
      const [raw, offset, inner] = inText.exec(source) ?? [];
      if (raw === undefined || inner === undefined) {
        const open = opening.exec(source);
        if (open) rendering.fail(Number(open[1]), "{{ is never closed with }} on its line");
        return undefined;
      }
      const binding = parseBinding(inner);
      if (rendering.bindings.blockKinds.includes(binding.kind)) {
        rendering.fail(Number(offset), `${binding.text} must stand on a line of its own`);
      }
      const token = {
        type: "inlineBinding",
        raw,
        offset: Number(offset),
        inLink: this.lexer.state.inLink,
      };
      found.set(token, { binding, block: false });
      return token;
    },
    renderer(token) {
      const binding = bindingOf(token)?.binding;
      if (!binding) return false;
      rendering.seen.add(token.offset);
      return bound(
        rendering,
        token.offset,
        () => rendering.bindings.inline(binding, token.inLink),
      );
    },
  };
}

/** TeX: `$...$` in a line of text and `$$...$$` on lines of its own. */
export function tex(rendering: Rendering): TokenizerAndRendererExtension[] {
  let equations = 0;
  const render = (raw: string, content: string, display: boolean): Safe => {
    offsetsIn(raw).forEach((offset) => rendering.seen.add(offset));
    try {
      return renderTex(unmark(content).trim(), display);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return rendering.fail(offsetsIn(raw)[0] ?? 0, error.message);
    }
  };
  return [{
    name: "displayTex",
    level: "block",
    start: (source) => /\n {0,3}\$\$/.exec(source)?.index,
    tokenizer(source) {
      const [raw, , content] = displayTex.exec(source) ?? [];
      return raw === undefined ? undefined : { type: "displayTex", raw, content };
    },
    renderer(token) {
      equations += 1;
      // Focusable, so that a formula too wide for the screen can be scrolled with the keyboard.
      return html`
        <div class="equation" role="group" aria-label="Equation ${equations}"
          tabindex="0">${render(token.raw, token.content, true)}</div>
      `.markup;
    },
  }, {
    name: "inlineTex",
    level: "inline",
    start: (source) => startOf(source, "$"),
    tokenizer(source) {
      const [raw, , content] = inlineTex.exec(source) ?? [];
      return raw === undefined ? undefined : { type: "inlineTex", raw, content };
    },
    renderer: (token) => render(token.raw, token.content, false).markup,
  }];
}

/** Hides bindings and formulas from the search for emphasis: they may hold `*` and `_`. */
export function maskInline(source: string): string {
  const parts = new RegExp(`${braces}|\\$${markPattern}[^$]*\\$${markPattern}`, "g");
  return source.replace(parts, (part) => "a".repeat(part.length));
}

function startOf(source: string, what: string): number | undefined {
  const index = source.indexOf(what);
  return index < 0 ? undefined : index;
}
