/** A colour in the light and in the dark scheme. */
export interface Colour {
  /** The CSS custom property of the colour: `"--s1"`. */
  readonly variable: string;
  readonly light: string;
  readonly dark: string;
}

/**
 * The colours of series, in order. Neighbours differ in lightness as well as in hue, so that they
 * can be distinguished with protanopia, deuteranopia and tritanopia (Machado et al., 2009,
 * doi:10.1109/TVCG.2009.113). Each colour has a contrast of at least 3 : 1 to the background of its
 * scheme.
 */
export const seriesColours: readonly Colour[] = [
  { variable: "--s1", light: "#0a4cb5", dark: "#4a93ff" },
  { variable: "--s2", light: "#d43a12", dark: "#f0512e" },
  { variable: "--s3", light: "#008280", dark: "#2f9a8f" },
  { variable: "--s4", light: "#55103a", dark: "#ee97cd" },
  { variable: "--s5", light: "#2391ea", dark: "#9debfb" },
  { variable: "--s6", light: "#e06500", dark: "#f0d62a" },
  { variable: "--s7", light: "#58525f", dark: "#98a39a" },
  { variable: "--s8", light: "#7a2405", dark: "#b8a526" },
];

/** The other colours of figures and pages. */
export const baseColours: readonly Colour[] = [
  { variable: "--bg", light: "#ffffff", dark: "#14171b" },
  { variable: "--ink", light: "#1c2024", dark: "#e6e8eb" },
  { variable: "--muted", light: "#59626c", dark: "#a3acb6" },
  { variable: "--line", light: "#a9b0b8", dark: "#5b646e" },
  { variable: "--grid", light: "#e4e7ea", dark: "#2b3036" },
];

/** Custom properties for one scheme: `--s1:#0a4cb5;...`. */
export function declarations(scheme: "light" | "dark", colours: readonly Colour[]): string {
  return colours.map((colour) => `${colour.variable}:${colour[scheme]}`).join(";");
}

/** The look of a series. Series can be distinguished by colour, and without colour by symbol. */
export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: "circle" | "square" | "triangle" | "diamond" | "times" | "plus";
  /** Whether the symbol is an outline. */
  readonly open: boolean;
}

const symbols = ["circle", "square", "triangle", "diamond", "times", "plus"] as const;

/** The style of the series at an index of the list of the figure; styles repeat after eight. */
export function seriesStyle(index: number): SeriesStyle {
  const place = index % seriesColours.length;
  return {
    colour: `var(--s${place + 1})`,
    symbol: symbols[place % symbols.length] ?? "circle",
    open: place >= symbols.length,
  };
}
