/** A deep copy with one place changed; without a value the place is removed. */
export function changed(value: unknown, place: (string | number)[], to?: unknown): string {
  const copy = structuredClone(value);
  let parent = copy;
  for (const key of place.slice(0, -1)) parent = Reflect.get(Object(parent), key);
  const key = place.at(-1) ?? "";
  if (to === undefined) Reflect.deleteProperty(Object(parent), key);
  else Reflect.set(Object(parent), key, to);
  return JSON.stringify(copy);
}
