import { format } from "node:util";

/** The functions of the console before {@link guardConsole} replaces them. */
const { log, error } = console;
let guarded = false;

/**
 * Makes everything {@link visible} that `console` writes in this thread from now on: texts of files
 * and warnings of packages may have control characters. Every task calls it first.
 */
export function guardConsole(): void {
  if (guarded) return;
  guarded = true;
  const guard = (write: (text: string) => void) => (...values: unknown[]): void =>
    write(visible(format(...values)));
  console.log = console.info = console.debug = guard(log);
  console.error = console.warn = console.trace = guard(error);
}

/** The colours that a text can have. */
export type Colour = "cyan" | "green" | "red" | "yellow";

const codes: Readonly<Record<Colour, number>> = { cyan: 36, green: 32, red: 31, yellow: 33 };

/** A part of a line, which may be coloured. */
export interface Span {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

/** Whether standard output is a terminal and the user has not turned off colours. */
export function hasColours(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor;
}

/**
 * Formats lines. The text of each span is {@link visible}; only the escape codes of its colour are
 * not escaped.
 */
export function coloured(lines: readonly (readonly Span[])[], colours: boolean): string {
  const shown = ({ text, colour }: Span) => {
    const safe = visible(text);
    return colours && colour !== undefined ? `\x1b[${codes[colour]}m${safe}\x1b[39m` : safe;
  };
  return lines.map((line) => line.map(shown).join("")).join("\n");
}

/** Writes lines to standard output, coloured if it is a terminal. */
export function printLines(lines: readonly (readonly Span[])[]): void {
  log(coloured(lines, hasColours()));
}

/**
 * The characters that a terminal does not show: control characters, which can move its cursor or
 * set its title; bidirectional characters, which change the order of the text; and characters
 * without a width. Line breaks, tabs and variation selectors are excluded. Joiners are included,
 * and {@link joined} says where they are allowed.
 */
const unseen =
  /(?![\t\n\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** The characters that a joiner may follow: emoji, and letters of scripts that use joiners. */
const joined =
  /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}]$/u;

/**
 * Escapes the characters of an untrusted text that a terminal does not show, as `\x1b` or `\u202e`.
 * Line breaks and tabs stay.
 *
 * @param before The text before it, if a text is written in pieces.
 */
export function visible(text: string, before = ""): string {
  return text.replace(unseen, (character, place: number) => {
    const isJoiner = character === "\u200c" || character === "\u200d";
    const last = [...before.slice(-2) + text.slice(Math.max(0, place - 2), place)].at(-1) ?? "";
    if (isJoiner && joined.test(last)) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    const digits = code.toString(16).padStart(4, "0");
    return code <= 0xffff ? `\\u${digits}` : `\\u{${digits}}`;
  });
}

/** Escapes a text as {@link visible} does, and line breaks as `\x0a`, so that it stays one line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\x0a");
}

/**
 * Returns a value as JSON in one line. Characters that a terminal does not show are escaped in the
 * way of JSON, so that the line has the same value.
 */
export function jsonLine(value: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(unseen, (character) => {
    return character.split("").map(escaped).join("");
  });
}

/** Quotes an argument for a shell, if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
