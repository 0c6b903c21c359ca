import type { RuleLayer } from "../../../result/marks.ts";
import { LABEL_HEIGHT } from "../geometry/labels.ts";
import { alongLine, type Box, type Frame } from "../geometry/place.ts";
import type { Scale } from "../geometry/scale.ts";
import type { AnnotationMark } from "./mark.ts";

/** Straight lines across a panel. */
export const rule: AnnotationMark<RuleLayer> = {
  extent: (layer, axis) => layer.axis === axis ? [layer.value] : [],
  isInside(layer, frame) {
    const [low, high] = scaleOf(layer, frame).domain;
    return layer.value >= low && layer.value <= high;
  },
  draw({ Plot }, panel, layer) {
    const look = { className: "mark-rule", stroke: "var(--ink)", strokeOpacity: 0.65 };
    if (panel.categories) {
      // On a category axis, a rule begins at its label above the rows.
      return panel.ruleLabels.filter((label) => label.rule === layer).map(({ at, box }) =>
        Plot.ruleX([panel.x + at], {
          y1: panel.y + box.y + 2,
          y2: panel.y + panel.height,
          ...look,
        })
      );
    }
    if (!rule.isInside(layer, panel)) return [];
    const pixel = scaleOf(layer, panel).at(layer.value);
    return [(layer.axis === "x" ? Plot.ruleX : Plot.ruleY)([pixel], look)];
  },
  outline(layer, frame) {
    if (!rule.isInside(layer, frame)) return [];
    const at = scaleOf(layer, frame).at(layer.value);
    return alongLine(
      layer.axis === "x"
        ? [{ x: at, y: frame.y }, { x: at, y: frame.y + frame.height }]
        : [{ x: frame.x, y: at }, { x: frame.x + frame.width, y: at }],
    );
  },
  barrier(layer, frame) {
    const { x, y, width, height } = frame;
    const at = scaleOf(layer, frame).at(layer.value) - 2;
    return layer.axis === "x" ? { x: at, y, width: 4, height } : { x, y: at, width, height: 4 };
  },
  labelBoxes(layer, frame, width) {
    const box = (x: number, y: number): Box => ({ x, y, width, height: LABEL_HEIGHT });
    const at = scaleOf(layer, frame).at(layer.value);
    if (layer.axis === "y") {
      const right = frame.x + frame.width - width - 4;
      const xs = [0, 0.25, 0.5, 0.75, 1].map((share) => right - share * (right - frame.x - 4));
      // The last candidates are a little further from the line, for data that lie along it.
      const tops = [at - LABEL_HEIGHT - 3, at + 3, at - LABEL_HEIGHT - 10, at + 10];
      return tops.flatMap((top) => xs.map((x) => box(x, top)));
    }
    const bottom = frame.y + frame.height - LABEL_HEIGHT - 4;
    const tops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) =>
      frame.y + 2 + share * (bottom - frame.y - 2)
    );
    return [at + 5, at - width - 5].flatMap((left) => tops.map((top) => box(left, top)));
  },
};

function scaleOf({ axis }: RuleLayer, { xScale, yScale }: Frame): Scale {
  return axis === "x" ? xScale : yScale;
}
