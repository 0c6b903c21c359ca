import { format } from "node:util";
import { visible } from "./visible.ts";

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

/** Whether standard output is a terminal whose user did not ask for no colours. */
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
