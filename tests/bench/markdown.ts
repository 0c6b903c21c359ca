/** Three digits, thousands set apart. */
export function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** How many times as fast or as long something is: two digits at least, three at most. */
export function times(value: number): string {
  return `${
    value.toLocaleString("en", { minimumSignificantDigits: 2, maximumSignificantDigits: 3 })
  }×`;
}

/** A table of Markdown. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}
