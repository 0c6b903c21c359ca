import { isBeyond } from "../geometry/scale.ts";
import type { Frame, Pixel } from "../geometry/place.ts";
import type { RowReader, Spot } from "./mark.ts";

/** A row at its `x` and `y`. */
export function xySpot(
  layer: { readonly x: string; readonly y: string },
  { onX, onY }: RowReader,
): Spot {
  const y = onY(layer.y);
  return { x: onX(layer.x), y, low: y, high: y, value: NaN };
}

/** Whether a part of a row lies outside the domains of a panel. */
export function isOutside({ xScale, yScale }: Frame, spot: Spot): boolean {
  return isBeyond(spot.x, xScale) || isBeyond(spot.y, yScale) || isBeyond(spot.high, yScale);
}

/** The pixels of rows at their `x` and `y`. */
export function spotPixels(
  { xScale, yScale }: Frame,
  spots: readonly Spot[],
  y: (spot: Spot) => number = (spot) => spot.y,
): Pixel[] {
  return spots.map((spot) => ({ x: xScale.at(spot.x), y: yScale.at(y(spot)) }));
}
