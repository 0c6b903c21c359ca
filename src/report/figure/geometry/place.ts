import type { Scale } from "./scale.ts";

/** A rectangle in pixels, from its upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The position of a panel, and its scales. */
export interface Frame extends Box {
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/** A point in pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/**
 * Returns the candidate that covers the fewest points and, if possible, none of the taken boxes.
 * Candidates are first moved into the frame. If several are equally good, the first is chosen.
 */
export function bestBox(
  candidates: readonly Box[],
  within: Box,
  points: readonly Pixel[],
  taken: readonly Box[],
): Box | undefined {
  let best: { readonly box: Box; readonly cost: number } | undefined;
  for (const candidate of candidates) {
    const box = moveInto(candidate, within);
    const moved = Math.hypot(box.x - candidate.x, box.y - candidate.y);
    const covered = points.filter((point) => contains(box, point, 3)).length;
    const overlaps = taken.filter((other) => overlap(box, other)).length;
    const cost = covered + 100 * overlaps + moved;
    if (!best || cost < best.cost) best = { box, cost };
  }
  return best?.box;
}

/**
 * Returns points along a line, so close together that a label on the line covers at least one of
 * them.
 */
export function alongLine(line: readonly Pixel[], spacing = 5): Pixel[] {
  return line.flatMap((to, i) => {
    const from = line[i - 1];
    if (!known(to)) return [];
    if (!from || !known(from)) return [to];
    const steps = Math.min(400, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / spacing));
    return Array.from({ length: Math.max(1, steps) }, (_, k) => {
      const share = (k + 1) / Math.max(1, steps);
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    });
  });
}

function known(point: Pixel): boolean {
  return Number.isFinite(point.x) && Number.isFinite(point.y);
}

function moveInto(box: Box, within: Box): Box {
  const x = Math.max(within.x, Math.min(box.x, within.x + within.width - box.width));
  const y = Math.max(within.y, Math.min(box.y, within.y + within.height - box.height));
  return { ...box, x, y };
}

function contains(box: Box, point: Pixel, pad: number): boolean {
  return point.x > box.x - pad && point.x < box.x + box.width + pad &&
    point.y > box.y - pad && point.y < box.y + box.height + pad;
}

/** Whether two boxes overlap. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
