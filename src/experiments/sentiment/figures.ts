/** The figures of the page on sentiment: arrays of numbers in, tables and figures out. */
export { calibrationFigure, type CalibrationInput } from "./figures/calibration.ts";
export { confusionFigure, type ConfusionInput } from "./figures/confusion.ts";
export { differencesFigure, type DifferencesInput } from "./figures/differences.ts";
export { type DrawnTables, type FigureWords, recordDrawn } from "./figures/drawn_tables.ts";
export { type StripText, wordStrips, type WordStripsInput } from "./figures/word_strips.ts";
