import {
  type SvgChild,
  type SvgDocument,
  type SvgElement,
  type SvgNode,
  TEXT_NODE,
} from "../svg/canvas.ts";
import { typeset } from "../../format/text.ts";
import { type Attributes, element } from "../svg/svg.ts";
import { pieces } from "../svg/text.ts";

const serif = "Cambria, 'STIX Two Text', 'Times New Roman', Georgia, serif";

/** The look of a kind of node or arrow. The kinds can be distinguished without colour. */
export interface Pen {
  readonly colour: string;
  readonly width: string;
  readonly dashed: boolean;
}

/** The pens of the diagram of a network. */
export const pens = {
  input: { colour: "var(--s3)", width: "1.3", dashed: false },
  hidden: { colour: "var(--s1)", width: "2.4", dashed: false },
  output: { colour: "var(--s4)", width: "1.3", dashed: false },
  gradient: { colour: "var(--s2)", width: "1.6", dashed: true },
  plain: { colour: "var(--muted)", width: "1.3", dashed: false },
} as const satisfies Record<string, Pen>;

/** The name of a pen. */
export type PenName = keyof typeof pens;

/** Draws the parts of a diagram; arrows need {@link Diagram.markers} in the same drawing. */
export class Diagram {
  readonly #document: SvgDocument;

  /** @param document Makes the elements. */
  constructor(document: SvgDocument) {
    this.#document = document;
  }

  /** Defines the arrow heads, one for each pen. */
  markers(): SvgElement {
    const heads = Object.entries(pens).map(([name, pen]) =>
      this.#make("marker", {
        id: `head-${name}`,
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 8,
        markerHeight: 8,
        markerUnits: "userSpaceOnUse",
        orient: "auto",
      }, [this.#make("path", { d: "M0,0.5L8,4L0,7.5Z", fill: pen.colour })])
    );
    return this.#make("defs", {}, heads);
  }

  /** Draws an arrow along a path. */
  arrow(name: PenName, d: string): SvgElement {
    return this.#make("path", {
      ...this.#stroke(name),
      class: `arrow ${name}`,
      d,
      "marker-end": `url(#head-${name})`,
    });
  }

  /** Draws a node with its symbol: a circle for an input, a double circle for an output. */
  node(name: "input" | "output", x: number, y: number, symbol: string): SvgElement {
    const circle = (r: number) => this.#make("circle", { ...this.#stroke(name), cx: x, cy: y, r });
    const rings = name === "output" ? [circle(16), circle(13)] : [circle(16)];
    return this.#make("g", { class: `node ${name}` }, [
      ...rings,
      this.math(symbol, x, y + 4.5, symbol.length > 3 ? 13 : 15),
    ]);
  }

  /** Draws a cell: a box with its function. */
  cell(x: number, y: number, side: number): SvgElement {
    const box = this.#make("rect", {
      ...this.#stroke("hidden"),
      x: x - side / 2,
      y: y - side / 2,
      width: side,
      height: side,
      rx: 6,
      fill: pens.hidden.colour,
      "fill-opacity": "0.1",
    });
    return this.#make("g", { class: "node hidden" }, [box, this.math("tanh", x, y + 4, 13)]);
  }

  /** Writes a formula in one line. Letters are italic; functions, digits and signs are upright. */
  math(
    formula: string,
    x: number,
    y: number,
    size = 15,
    anchor: "start" | "middle" | "end" = "middle",
  ): SvgElement {
    const children = pieces(this.#document, typeset(formula));
    const made = this.#make("text", {
      class: "math",
      x,
      y,
      "font-size": size,
      "font-family": serif,
      "font-style": "italic",
      "text-anchor": anchor,
      fill: "var(--ink)",
    }, children);
    for (const line of [made, ...made.querySelectorAll("tspan:not([font-size])")]) {
      for (const child of [...line.childNodes]) {
        if (child.nodeType === TEXT_NODE) this.#setUpright(child);
      }
    }
    return made;
  }

  /** Writes words. */
  words(text: string, x: number, y: number, weight = 400): SvgElement {
    return this.#make("text", { x, y, "font-weight": weight }, [text]);
  }

  #setUpright(node: SvgChild): void {
    const parts = (node.textContent ?? "").split(/(tanh|[\d()+=]+)/).filter((part) => part !== "");
    const made = parts.map((part) =>
      /^(tanh|[\d()+=]+)$/.test(part)
        ? this.#make("tspan", { "font-style": "normal" }, [part])
        : part
    );
    node.replaceWith(...made);
  }

  #stroke(name: PenName): Attributes {
    const pen = pens[name];
    return {
      fill: "none",
      stroke: pen.colour,
      "stroke-width": pen.width,
      ...(pen.dashed ? { "stroke-dasharray": "4 3" } : {}),
    };
  }

  #make(
    name: string,
    attributes: Attributes,
    children: readonly (SvgNode | string)[] = [],
  ): SvgElement {
    return element(this.#document, name, attributes, children);
  }
}
