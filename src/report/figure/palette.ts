/** A colour in the light and in the dark scheme. */
export interface Colour {
  /** The CSS custom property that holds it: `"--s1"`. */
  readonly variable: string;
  readonly light: string;
  readonly dark: string;
}

/**
 * The colours of series, in order. Neighbours differ in lightness as well as in hue, so that they
 * stay apart with protanopia, deuteranopia and tritanopia (Machado et al., 2009), and each has a
 * contrast of at least 3 : 1 against its scheme's background.
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

/** The colours of everything else in figures and pages. */
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

/** How one series is told from the others: by its colour and, without it, by its symbol. */
export interface SeriesStyle {
  readonly colour: string;
  readonly symbol: "circle" | "square" | "triangle" | "diamond" | "times" | "plus";
  /** Whether the symbol is an outline. */
  readonly open: boolean;
}

const symbols = ["circle", "square", "triangle", "diamond", "times", "plus"] as const;

/** The style of the series at this place of the figure's list; they repeat after eight. */
export function seriesStyle(index: number): SeriesStyle {
  const place = index % seriesColours.length;
  return {
    colour: `var(--s${place + 1})`,
    symbol: symbols[place % symbols.length] ?? "circle",
    open: place >= symbols.length,
  };
}
