/**
 * The arguments of a task: flags with their defaults, and what is given. A default whose flag is given
 * is left out, since a flag may come once.
 */
export function withDefaults(defaults: readonly string[], given: readonly string[]): string[] {
  const left: string[] = [];
  for (let i = 0; i < defaults.length; i += 2) {
    const [flag = "", value = ""] = defaults.slice(i, i + 2);
    if (!given.includes(flag)) left.push(flag, value);
  }
  return [...left, ...given];
}
