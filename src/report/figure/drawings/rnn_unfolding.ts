import type { SvgDocument, SvgElement } from "../svg/canvas.ts";
import { unfoldingSteps } from "../../../result/drawings.ts";
import type { Drawing } from "../../../result/figure.ts";
import { Diagram, type PenName } from "./diagram.ts";
import { frame } from "../svg/svg.ts";
import { textWidth } from "../svg/text.ts";

/** Pixels from the centre of a cell to the centres of its input and its output. */
const reach = 72;
const radius = 16;
const side = 34;
const rowHeight = 2 * (reach + radius) + 34;

/**
 * Draws a recurrent network folded, with its loop, and unfolded in time, with the path of the gradient
 * back from the last output.
 *
 * @param drawing The drawing, whose option `steps` is the number of time steps.
 * @param document Makes the elements.
 * @param width The largest width in pixels. Below 500, the unfolded network is drawn under the
 *   folded one.
 * @returns The `svg` element.
 * @throws {InputError} If `steps` is not an integer from 1 to 12, or another option is given.
 */
export function drawRnnUnfolding(
  drawing: Drawing,
  document: SvgDocument,
  width: number,
): SvgElement {
  const steps = unfoldingSteps(drawing);
  const diagram = new Diagram(document);
  const narrow = width < 500;
  const most = narrow ? 4 : 8;
  const rows = Math.ceil(steps / most);
  const perRow = Math.ceil(steps / rows);

  const legend = drawLegend(diagram, width);
  const top = legend.height + 14;
  const heading = 20;
  const first = top + heading + reach + 18;
  const unfolded = narrow
    ? { left: 0, right: width, y: first + rowHeight + 84 }
    : { left: 172, right: width, y: first };
  const parts = [
    diagram.markers(),
    ...legend.nodes,
    diagram.words("Folded", 0, first - reach - 34, 600),
    ...folded(diagram, narrow ? width / 2 - 20 : 42, first),
    diagram.words(
      `Unfolded in time, t = 1 to ${steps}`,
      unfolded.left,
      unfolded.y - reach - 34,
      600,
    ),
  ];
  for (let row = 0; row < rows; row++) {
    const from = row * perRow + 1;
    const to = Math.min(steps, from + perRow - 1);
    const y = unfolded.y + row * rowHeight;
    parts.push(...unfoldedRow(diagram, { ...unfolded, y, perRow, from, to, steps }));
  }
  const lastRow = unfolded.y + (rows - 1) * rowHeight + reach + radius;
  const equations = narrow ? first + reach + radius + 34 : lastRow + 40;
  const [state, output] = ["h_t = tanh(W_ih x_t + W_hh h_{t-1} + b_h)", "y_t = W_ho h_t + b_o"];
  if (narrow) {
    parts.push(diagram.math(state, width / 2, equations, 16));
    parts.push(diagram.math(output, width / 2, equations + 26, 16));
  } else {
    parts.push(diagram.math(state, width * 0.36, equations, 17));
    parts.push(diagram.math(output, width * 0.78, equations, 17));
  }
  const svg = frame(document, width, narrow ? lastRow + 8 : equations + 14);
  svg.append(...parts);
  return svg;
}

function folded(diagram: Diagram, x: number, y: number): SvgElement[] {
  const right = x + side / 2;
  return [
    ...column(diagram, x, y, "t"),
    diagram.arrow(
      "hidden",
      `M${right},${y - 9}C${right + 46},${y - 40} ${right + 46},${y + 40} ${right + 2},${y + 9}`,
    ),
    diagram.math("W_hh", right + 40, y + 4, 14, "start"),
    diagram.math("h_t", right + 42, y - 24, 15),
  ];
}

/** The part of the unfolded network that lies in one row. */
interface Row {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly perRow: number;
  /** The first and the last step of the row. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

function unfoldedRow(diagram: Diagram, row: Row): SvgElement[] {
  const { y } = row;
  const spacing = Math.min(96, (row.right - row.left - 28) / row.perRow);
  const gap = spacing - side;
  const centre = (step: number) => row.left + 2 + gap + side / 2 + (step - row.from) * spacing;
  const parts: SvgElement[] = [];
  for (let step = row.from; step <= row.to; step++) {
    const x = centre(step);
    const start = x - side / 2 - gap;
    parts.push(
      ...column(diagram, x, y, String(step)),
      diagram.arrow("hidden", `M${start + 3},${y - 6}H${x - side / 2 - 2}`),
      diagram.math(`h_${step - 1}`, start + gap / 2, y - 13, 13),
      diagram.math("W_hh", start + gap / 2, y + 26, 13),
      diagram.arrow("gradient", `M${x - side / 2 - 2},${y + 8}H${start + 3}`),
    );
  }
  const end = centre(row.to) + side / 2;
  if (row.to < row.steps) {
    // The row below continues with the same state.
    parts.push(
      diagram.arrow("hidden", `M${end + 3},${y - 6}h16`),
      diagram.arrow("gradient", `M${end + 19},${y + 8}h-16`),
      diagram.math(`h_${row.to}`, end + 11, y - 13, 13),
    );
  } else {
    const x = centre(row.to) - 9;
    parts.push(diagram.arrow("gradient", `M${x},${y - reach + radius + 2}V${y - side / 2 - 3}`));
  }
  return parts;
}

/** A cell with its input below and its output above. */
function column(diagram: Diagram, x: number, y: number, time: string): SvgElement[] {
  return [
    diagram.node("input", x, y + reach, `x_${time}`),
    diagram.arrow("input", `M${x},${y + reach - radius - 1}V${y + side / 2 + 3}`),
    diagram.math("W_ih", x + 5, y + 44, 13, "start"),
    diagram.cell(x, y, side),
    diagram.arrow("output", `M${x},${y - side / 2 - 2}V${y - reach + radius + 3}`),
    diagram.math("W_ho", x + 5, y - 33, 13, "start"),
    diagram.node("output", x, y - reach, `y_${time}`),
  ];
}

function drawLegend(diagram: Diagram, width: number): { height: number; nodes: SvgElement[] } {
  const entries: readonly (readonly [PenName, string])[] = [
    ["input", "input"],
    ["hidden", "hidden state"],
    ["output", "output"],
    ["gradient", "gradient of the last loss"],
  ];
  const nodes: SvgElement[] = [];
  let [x, y] = [0, 12];
  for (const [pen, label] of entries) {
    const needed = 34 + textWidth(label, 13);
    if (x > 0 && x + needed > width) [x, y] = [0, y + 22];
    nodes.push(diagram.arrow(pen, `M${x},${y}h26`), diagram.words(label, x + 33, y + 4.5));
    x += needed + 18;
  }
  return { height: y + 10, nodes };
}
