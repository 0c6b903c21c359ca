// deno-lint-ignore no-control-regex -- they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * A text that may come from anyone, for a terminal: control characters, which could move its cursor
 * or set its title, are written as `\x1b`. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(controls, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** An argument as one would write it in a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
