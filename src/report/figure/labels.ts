import type { SvgDocument, SvgElement } from "./canvas.ts";
import type { CircleLayer, Layer, RuleLayer } from "../../result/figure.ts";
import { alongLine, bestBox, type Box, type Frame, overlap, type Pixel } from "./place.ts";
import { cutText, textElement, textWidth } from "./text.ts";
import { greatest } from "../format/numbers.ts";
import type { Scale } from "./scale.ts";

const size = 12;
const lineHeight = 16;

/** The labels of a panel's rules and circles, placed where they cover the least of the data. */
export function annotations(
  document: SvgDocument,
  layers: readonly Layer[],
  frame: Frame,
  points: readonly Pixel[],
): SvgElement[] {
  const taken: Box[] = [];
  const obstacles = [...points, ...layers.flatMap((layer) => outline(layer, frame))];
  return layers.flatMap((layer) => {
    if (layer.mark !== "rule" && layer.mark !== "circle") return [];
    if (layer.mark === "rule" && !isInside(layer, frame)) return [];
    const label = cutText(layer.label, size, frame.width - 8);
    const width = textWidth(label, size);
    const candidates = layer.mark === "rule"
      ? ruleCandidates(layer, frame, width)
      : circleCandidates(layer, frame, width);
    const inner = { x: frame.x + 3, y: frame.y, width: frame.width - 6, height: frame.height };
    // A rule through its label is as bad as another label on it.
    const lines = layers.flatMap((other) =>
      other.mark === "rule" && other !== layer && isInside(other, frame) ? [line(other, frame)] : []
    );
    const box = bestBox(candidates, inner, obstacles, [...taken, ...lines]);
    if (!box) return [];
    taken.push(box);
    return [labelElement(document, label, box)];
  });
}

/** A label in the middle of a box, with a halo that keeps it readable where it has to lie on data. */
export function labelElement(document: SvgDocument, label: string, box: Box): SvgElement {
  return textElement(document, label, {
    class: "mark-label",
    x: box.x + box.width / 2,
    y: box.y + lineHeight - 4,
    "font-size": size,
    "text-anchor": "middle",
    fill: "var(--ink)",
    stroke: "var(--bg)",
    "stroke-width": 3,
    "stroke-linejoin": "round",
    "paint-order": "stroke",
  });
}

/** Whether a rule lies in the axis's domain. */
export function isInside(rule: RuleLayer, frame: Frame): boolean {
  const [low, high] = (rule.axis === "x" ? frame.xScale : frame.yScale).domain;
  return rule.value >= low && rule.value <= high;
}

/** The box that a rule takes up, with a little room beside it. */
function line(rule: RuleLayer, frame: Frame): Box {
  const { x, y, width, height } = frame;
  return rule.axis === "x"
    ? { x: frame.xScale.at(rule.value) - 2, y, width: 4, height }
    : { x, y: frame.yScale.at(rule.value) - 2, width, height: 4 };
}

/** The pixels of a rule or a circle itself. */
function outline(layer: Layer, frame: Frame): Pixel[] {
  if (layer.mark === "rule" && isInside(layer, frame)) {
    const at = (layer.axis === "x" ? frame.xScale : frame.yScale).at(layer.value);
    return alongLine(
      layer.axis === "x"
        ? [{ x: at, y: frame.y }, { x: at, y: frame.y + frame.height }]
        : [{ x: frame.x, y: at }, { x: frame.x + frame.width, y: at }],
    );
  }
  if (layer.mark !== "circle") return [];
  return alongLine(Array.from({ length: 181 }, (_, i) => ({
    x: frame.xScale.at(layer.radius * Math.cos(i * Math.PI / 90)),
    y: frame.yScale.at(layer.radius * Math.sin(i * Math.PI / 90)),
  })));
}

function ruleCandidates(rule: RuleLayer, frame: Frame, width: number): Box[] {
  const box = (x: number, y: number): Box => ({ x, y, width, height: lineHeight });
  if (rule.axis === "y") {
    const y = frame.yScale.at(rule.value);
    const right = frame.x + frame.width - width - 4;
    const xs = [0, 0.25, 0.5, 0.75, 1].map((share) => right - share * (right - frame.x - 4));
    // A little off the line where data lie along it.
    const tops = [y - lineHeight - 3, y + 3, y - lineHeight - 10, y + 10];
    return tops.flatMap((top) => xs.map((x) => box(x, top)));
  }
  const x = frame.xScale.at(rule.value);
  const bottom = frame.y + frame.height - lineHeight - 4;
  const tops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) =>
    frame.y + 2 + share * (bottom - frame.y - 2)
  );
  return [x + 5, x - width - 5].flatMap((left) => tops.map((top) => box(left, top)));
}

function circleCandidates(circle: CircleLayer, frame: Frame, width: number): Box[] {
  const centre = { x: frame.xScale.at(0), y: frame.yScale.at(0) };
  const rx = Math.abs(frame.xScale.at(circle.radius) - centre.x);
  const ry = Math.abs(frame.yScale.at(circle.radius) - centre.y);
  const angles = [45, 135, -45, -135, 30, 150, 60, 120, -60, -120, 90, -90];
  const at = (degrees: number, gap: number): Box => {
    const angle = degrees * Math.PI / 180;
    const [cos, sin] = [Math.cos(angle), -Math.sin(angle)];
    // From outside or inside, the box touches the circle with the corner or side nearest to it.
    const x = centre.x + (rx + gap + Math.sign(gap) * width / 2) * cos;
    const y = centre.y + (ry + gap + Math.sign(gap) * lineHeight / 2) * sin;
    return { x: x - width / 2, y: y - lineHeight / 2, width, height: lineHeight };
  };
  return [7, -7, 18, -18, 30].flatMap((gap) => angles.map((angle) => at(angle, gap)));
}

const gap = 5;

/** The label of a rule, above the rows of a category chart. */
export interface RuleLabel {
  readonly rule: RuleLayer;
  /** Where the rule stands; it goes down from the top of its label. */
  readonly at: number;
  readonly text: string;
  readonly box: Box;
}

/** The labels of the rules on x, from the top of the panel on. */
export interface RuleLabels {
  /** Pixels that they take up; 0 without rules. */
  readonly height: number;
  readonly labels: readonly RuleLabel[];
}

/**
 * Places the labels of rules beside their lines, above the rows, in as many lines as it takes for
 * none to lie on another, and for no rule to go through one. Pixels are those of the scale; the
 * panel goes from 0 to `width`.
 */
export function placeRuleLabels(layers: readonly Layer[], x: Scale, width: number): RuleLabels {
  const rules = layers.filter((layer): layer is RuleLayer =>
    layer.mark === "rule" && layer.axis === "x" && layer.value >= x.domain[0] &&
    layer.value <= x.domain[1]
  );
  const labels: RuleLabel[] = [];
  for (const [place, rule] of rules.entries()) {
    const text = cutText(rule.label, size, width);
    const at = x.at(rule.value);
    const crossed = labels.filter(({ box }) => crosses(at, box)).map(({ box }) => box.y);
    const top = Math.max(0, greatest(crossed) + lineHeight);
    const later = rules.slice(place + 1).map(({ value }) => x.at(value));
    const boxes = boxesFrom(at, top, textWidth(text, size), width, labels.length + 1)
      .filter((box) => !labels.some((label) => inWay(label, box)));
    const box = boxes.find((one) => ![at, ...later].some((line) => crosses(line, one))) ??
      boxes.find((one) => !crosses(at, one)) ?? boxes[0];
    if (box) labels.push({ rule, at, text, box });
  }
  const height = Math.max(0, greatest(labels.map(({ box }) => box.y + lineHeight + 2)));
  return { height, labels };
}

function boxesFrom(at: number, top: number, wide: number, width: number, count: number): Box[] {
  const lefts = [at + gap, at - gap - wide].map((left) =>
    Math.max(0, Math.min(left, width - wide))
  );
  return Array.from({ length: count }, (_, level) =>
    lefts.map((left) => ({
      x: left,
      y: top + level * lineHeight,
      width: wide,
      height: lineHeight,
    }))).flat();
}

function inWay({ at, box }: RuleLabel, other: Box): boolean {
  return overlap(box, other) || (box.y <= other.y && crosses(at, other));
}

function crosses(line: number, box: Box): boolean {
  return line > box.x - 2 && line < box.x + box.width + 2;
}
