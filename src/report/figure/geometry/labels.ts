import type { Layer, RuleLayer } from "../../../result/marks.ts";
import { greatest } from "../../format/numbers.ts";
import type { SvgDocument, SvgElement } from "../svg/canvas.ts";
import { type Box, overlap } from "./place.ts";
import type { Scale } from "./scale.ts";
import { cutText, textElement, textWidth } from "../svg/text.ts";

/** The font size of labels. */
export const LABEL_SIZE = 12;
/** The height of a label in pixels. */
export const LABEL_HEIGHT = 16;
const gap = 5;

/** A label in the middle of a box, with a halo that keeps it readable on data. */
export function labelElement(document: SvgDocument, label: string, box: Box): SvgElement {
  return textElement(document, label, {
    class: "mark-label",
    x: box.x + box.width / 2,
    y: box.y + LABEL_HEIGHT - 4,
    "font-size": LABEL_SIZE,
    "text-anchor": "middle",
    fill: "var(--ink)",
    stroke: "var(--bg)",
    "stroke-width": 3,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  });
}

/** The label of a rule, above the rows of a category axis. */
export interface RuleLabel {
  readonly rule: RuleLayer;
  /** The pixel of the rule on x; the rule begins at the top of its label. */
  readonly at: number;
  readonly text: string;
  readonly box: Box;
}

/** The labels of the rules on x, from the top of the panel. */
export interface RuleLabels {
  /** The height of all labels in pixels; 0 without rules. */
  readonly height: number;
  readonly labels: readonly RuleLabel[];
}

/**
 * Places the labels of rules beside their lines, above the rows. It uses as many lines of labels as
 * are needed to keep labels off each other and, if possible, off rules. If a label has no place in
 * the order of the layers, the rules are placed from the left or from the right: a label beside its
 * line then crosses only lines that begin below it. If it still has no place, it is cut.
 *
 * @param layers The layers of the chart.
 * @param x The scale of x, whose pixels begin at the left of the panel.
 * @param width The width of the panel.
 */
export function placeRuleLabels(layers: readonly Layer[], x: Scale, width: number): RuleLabels {
  const rules = layers.filter((layer): layer is RuleLayer =>
    layer.mark === "rule" && layer.axis === "x" && layer.value >= x.domain[0] &&
    layer.value <= x.domain[1]
  );
  const fromLeft = rules.toSorted((a, b) => a.value - b.value);
  const fromRight = fromLeft.toReversed();
  const everywhere = () => width;
  const right = (at: number) => width - at - gap;
  const left = (at: number) => at - gap;
  const tried = [
    placeInOrder(rules, x, width, everywhere),
    placeInOrder(fromLeft, x, width, everywhere),
    placeInOrder(fromRight, x, width, everywhere),
    placeInOrder(fromLeft, x, width, right),
    placeInOrder(fromRight, x, width, left),
  ];
  const most = greatest(tried.map((placed) => placed.length));
  const labels = tried.find((placed) => placed.length === most) ?? [];
  const height = Math.max(0, greatest(labels.map(({ box }) => box.y + LABEL_HEIGHT + 2)));
  return { height, labels };
}

/** Places the labels of rules one after another, each cut to the width that `room` returns. */
function placeInOrder(
  rules: readonly RuleLayer[],
  x: Scale,
  width: number,
  room: (at: number) => number,
): RuleLabel[] {
  const labels: RuleLabel[] = [];
  for (const [place, rule] of rules.entries()) {
    const at = x.at(rule.value);
    const text = cutText(rule.label, LABEL_SIZE, room(at));
    const crossed = labels.filter(({ box }) => crosses(at, box)).map(({ box }) => box.y);
    const top = Math.max(0, greatest(crossed) + LABEL_HEIGHT);
    const later = rules.slice(place + 1).map(({ value }) => x.at(value));
    const boxes = boxesFrom(at, top, textWidth(text, LABEL_SIZE), width, labels.length + 1)
      .filter((box) => !labels.some((label) => inWay(label, box)));
    const box = boxes.find((one) => ![at, ...later].some((line) => crosses(line, one))) ??
      boxes.find((one) => !crosses(at, one)) ?? boxes[0];
    if (box) labels.push({ rule, at, text, box });
  }
  return labels;
}

function boxesFrom(at: number, top: number, wide: number, width: number, count: number): Box[] {
  const lefts = [at + gap, at - gap - wide].map((left) =>
    Math.max(0, Math.min(left, width - wide))
  );
  return Array.from({ length: count }, (_, level) =>
    lefts.map((left) => ({
      x: left,
      y: top + level * LABEL_HEIGHT,
      width: wide,
      height: LABEL_HEIGHT,
    }))).flat();
}

function inWay({ at, box }: RuleLabel, other: Box): boolean {
  return overlap(box, other) || (box.y <= other.y && crosses(at, other));
}

function crosses(line: number, box: Box): boolean {
  return line > box.x - 2 && line < box.x + box.width + 2;
}
