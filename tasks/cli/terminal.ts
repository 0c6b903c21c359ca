import { format } from "node:util";

/** The console as it was. */
const { log, error } = console;
let guarded = false;

/**
 * Makes all that `console` writes from here on in this thread {@link visible}: texts of others' files
 * reach a terminal through it, and so do a package's warnings. Every task begins with it.
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

/** Lines of parts as text: the parts are {@link visible}, the colours are ours. */
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
 * Characters that a terminal does not show: controls, which could move its cursor or set its title,
 * bidirectional ones, which show text in another order than it has, and those without a width. Line
 * breaks, tabs and variation selectors are not among them; joiners are, but for the places below.
 */
const unseen =
  /(?![\t\n\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** The characters that a joiner may follow: emoji, and letters of scripts that use joiners. */
const joined =
  /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}]$/u;

/**
 * A text that may come from anyone, for a terminal: characters that it does not show are written as
 * `\x1b` or `\u202e`. Line breaks and tabs stay.
 *
 * @param before What is before the text, if it is written in pieces.
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

/** {@link visible} in one line: line breaks are written as `\x0a`, so that nobody adds a line. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll("\n", "\\x0a");
}

/** An argument as one would write it in a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
