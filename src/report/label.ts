import { html, type Safe } from "./html.ts";
import { typeset } from "./typeset.ts";

/** A label with its indices and powers set as such, escaped. */
export function label(text: string): Safe {
  const pieces = typeset(text).map((piece) => {
    if (piece.shift === "none") return html`${piece.text}`;
    return piece.shift === "sub" ? html`<sub>${piece.text}</sub>` : html`<sup>${piece.text}</sup>`;
  });
  return html`${pieces}`;
}

/** A label with its unit: `"lag k (steps)"`. */
export function labelWithUnit(entry: { readonly label: string; readonly unit?: string }): Safe {
  return entry.unit === undefined
    ? label(entry.label)
    : html`${label(entry.label)} (${entry.unit})`;
}
