// The part of the DOM that figures use. With the browser's own types, a project that imports this
// one would need them too.

/** A node of a document. */
export interface SvgNode {
  readonly nodeType: number;
  readonly textContent: string | null;
}

/** A node that can be taken out of its parent. */
export interface SvgChild extends SvgNode {
  remove(): void;
  replaceWith(...others: (SvgNode | string)[]): void;
}

/** An element, of SVG or not. */
export interface SvgElement extends SvgChild {
  id: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgChild>;
  readonly innerHTML: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...children: (SvgNode | string)[]): void;
  querySelector(selectors: string): SvgElement | null;
  querySelectorAll(selectors: string): ArrayLike<SvgElement> & Iterable<SvgElement>;
}

/** A document to make elements in. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

/** `Node.TEXT_NODE` */
export const TEXT_NODE = 3;
