import type { Token, TokenizerAndRendererExtension } from "marked";
import { type Binding, parseBinding } from "./binding.ts";
import { html, type Safe, trusted } from "../format/html.ts";
import { bound, markPattern, markStart, offsetsIn, type Rendering, unmark } from "./rendering.ts";
import { renderTex, texOf } from "./tex.ts";

const braces = `\\{\\{${markPattern}([^\\n]*?)\\}\\}`;
const wholeLine = new RegExp(`^ {0,3}${braces}[ \\t]*(?:\\n|$)`);
const inText = new RegExp(`^${braces}`);
const opening = new RegExp(`^\\{\\{${markPattern}`);
const displayTex = new RegExp(
  `^ {0,3}\\$\\$${markPattern}([^$]+?)\\$\\$${markPattern}[ \\t]*(?:\\n|$)`,
);
// The rules of Pandoc: no space after the first $, and no space before and no digit after the last
// $. So two prices in a sentence are not a formula.
const formula =
  `\\$${markPattern}(?!\\s)((?:[^$]|\\$(?!${markStart}))+?)(?<!\\s)\\$${markPattern}(?!\\d)`;
const inlineTex = new RegExp(`^${formula}`);
/** A $ before a number alone or with a suffix such as "bn". */
const dollarSign = new RegExp(
  `^\\$${markPattern}(?=\\d[\\d.,]*(?:[kKmMbBtT]n?)?(?:[\\s.,;:!?()\\[\\]"'\u2019\u201d*_/\u2013\u2014-]|$))`,
);
const inFormula = /\{\{(\s*([a-z]+)\s*(?::[^{}\n]*)?)\}\}/g;

/** A binding that the lexer found. */
export interface BindingToken {
  readonly binding: Binding;
  readonly block: boolean;
}

const found = new WeakMap<object, BindingToken>();

/** The binding of a token, if it is one. */
export function bindingOf(token: Token): BindingToken | undefined {
  return found.get(token);
}

/** Bindings alone on a line, of the block kinds. */
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
      // Such a line ends a paragraph.
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
        rendering.fail(Number(offset), `${binding.text} must be alone on a line`);
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
        () => rendering.bindings.inline(binding, token.inLink ? "link" : "text"),
      );
    },
  };
}

/** TeX: `$...$` in a line of text, and `$$...$$` on separate lines. */
export function tex(rendering: Rendering): TokenizerAndRendererExtension[] {
  let equations = 0;
  const render = (raw: string, content: string, display: boolean): Safe => {
    const offsets = offsetsIn(raw);
    offsets.forEach((offset) => rendering.seen.add(offset));
    const [start = 0] = offsets;
    try {
      return renderTex(filled(rendering, unmark(content).trim(), start), display);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return rendering.fail(start, error.message);
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
      // The element is focusable, so that a formula wider than the screen can be scrolled with the
      // keyboard.
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
  }, {
    name: "dollarSign",
    level: "inline",
    start: (source) => startOf(source, "$"),
    tokenizer(source) {
      const [raw, offset] = dollarSign.exec(source) ?? [];
      if (raw === undefined || inlineTex.test(source)) return undefined;
      return { type: "dollarSign", raw, offset: Number(offset) };
    },
    renderer(token) {
      rendering.seen.add(token.offset);
      return "$";
    },
  }];
}

/** TeX with the values of its bindings. Other double braces are unchanged. */
function filled(rendering: Rendering, source: string, start: number): string {
  return source.replace(inFormula, (whole: string, inner: string, kind: string) => {
    const isBlock = rendering.bindings.blockKinds.includes(kind);
    if (isBlock) rendering.fail(start, `${whole} must be alone on a line`);
    if (!inner.includes(":")) return whole;
    const value = () => rendering.bindings.inline(parseBinding(inner), "formula");
    return `{${bound(rendering, start, () => trusted(texOf(value())))}}`;
  });
}

/** Hides bindings and formulas from the search for emphasis, since they may contain `*` and `_`. */
export function maskInline(source: string): string {
  const parts = new RegExp(`${braces}|${formula}`, "g");
  return source.replace(parts, (part) => "a".repeat(part.length));
}

function startOf(source: string, what: string): number | undefined {
  const index = source.indexOf(what);
  return index < 0 ? undefined : index;
}
