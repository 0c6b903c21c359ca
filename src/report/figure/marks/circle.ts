import type { CircleLayer } from "../../../result/marks.ts";
import { LABEL_HEIGHT } from "../geometry/labels.ts";
import { alongLine, type Box, type Frame } from "../geometry/place.ts";
import { element } from "../svg/svg.ts";
import type { AnnotationMark } from "./mark.ts";

/** Circles about the origin. */
export const circle: AnnotationMark<CircleLayer> = {
  extent: ({ radius }) => [-radius, radius],
  isInside: () => true,
  // If a unit has different lengths on x and y, the circle is an ellipse, which Plot cannot draw.
  draw: ({ document }, panel, { radius }) => [() =>
    element(document, "ellipse", {
      class: "mark-circle",
      ...ellipse(panel, radius),
      fill: "none",
      stroke: "var(--ink)",
      "stroke-opacity": "0.65",
    })],
  outline: ({ radius }, { xScale, yScale }) =>
    alongLine(Array.from({ length: 181 }, (_, i) => ({
      x: xScale.at(radius * Math.cos(i * Math.PI / 90)),
      y: yScale.at(radius * Math.sin(i * Math.PI / 90)),
    }))),
  labelBoxes({ radius }, frame, width) {
    const { cx, cy, rx, ry } = ellipse(frame, radius);
    const angles = [45, 135, -45, -135, 30, 150, 60, 120, -60, -120, 90, -90];
    const at = (degrees: number, gap: number): Box => {
      const angle = degrees * Math.PI / 180;
      const [cos, sin] = [Math.cos(angle), -Math.sin(angle)];
      // From outside or inside, the box touches the circle with its nearest corner or side.
      const x = cx + (rx + gap + Math.sign(gap) * width / 2) * cos;
      const y = cy + (ry + gap + Math.sign(gap) * LABEL_HEIGHT / 2) * sin;
      return { x: x - width / 2, y: y - LABEL_HEIGHT / 2, width, height: LABEL_HEIGHT };
    };
    return [7, -7, 18, -18, 30].flatMap((gap) => angles.map((angle) => at(angle, gap)));
  },
};

function ellipse({ xScale, yScale }: Frame, radius: number) {
  const [cx, cy] = [xScale.at(0), yScale.at(0)];
  const [rx, ry] = [Math.abs(xScale.at(radius) - cx), Math.abs(yScale.at(radius) - cy)];
  return { cx, cy, rx, ry };
}
