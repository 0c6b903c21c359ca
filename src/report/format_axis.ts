import { greatest, smallest } from "./extremes.ts";
import { decade, fixed, formatExact, formatNumber, mantissa, tenTo, times } from "./format.ts";

/** The ticks of an axis: one number of decimals for all, powers of ten on a log axis. */
export function formatTicks(ticks: readonly number[], scale: "linear" | "log"): string[] {
  if (scale === "log") {
    const plain = ticks.every((tick) => tick >= 0.01 && tick <= 1000);
    return ticks.map((tick) =>
      plain ? formatExact(Number(tick.toPrecision(3))) : formatPower(tick)
    );
  }
  const step = smallest(ticks.slice(1).map((tick, i) => tick - (ticks[i] ?? 0)));
  const largest = greatest(ticks.map(Math.abs));
  const power = decade(largest);
  const shift = power < -3 || power > 5 ? power : 0;
  const decimals = Number.isFinite(step)
    ? Math.max(0, Math.min(12, shift - Math.floor(Math.log10(step) + 1e-9)))
    : 2;
  return ticks.map((tick) => {
    if (tick === 0) return "0";
    return fixed(mantissa(tick, shift), decimals) + (shift ? times(shift) : "");
  });
}

/** A coordinate in SVG: short, and the same on every run. */
export function formatCoordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The cells of a table's column: numbers alike in decimals where their sizes allow it. */
export function formatColumn(cells: readonly (number | string | null)[]): string[] {
  const sizes = cells.filter((cell) => typeof cell === "number" && cell !== 0)
    .map((cell) => Math.abs(Number(cell)));
  const largest = Math.max(0, greatest(sizes));
  const power = decade(largest);
  const alike = largest < 1000 * smallest(sizes) && power >= -3 && power < 6;
  const integers = sizes.every(Number.isInteger);
  const wanted = integers || !alike ? 0 : Math.max(0, 3 - power);
  // Decimals that every cell has as a zero say nothing.
  let decimals = wanted;
  const ends = (places: number) =>
    sizes.every((s) => Number(s.toFixed(wanted)) * 10 ** places % 1 < 1e-9);
  while (decimals > 0 && ends(decimals - 1)) decimals -= 1;
  return cells.map((cell) => {
    if (typeof cell === "string") return cell;
    if (cell === null || !alike || !Number.isFinite(cell)) return formatNumber(cell);
    return fixed(cell, decimals);
  });
}

function formatPower(value: number): string {
  const power = decade(value);
  const factor = mantissa(value, power);
  if (Math.abs(factor - 1) < 1e-9) return tenTo(power);
  return fixed(factor, 1, true) + times(power);
}
