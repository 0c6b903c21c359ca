/**
 * A path of straight lines in about half the characters: each point by its distance from the one
 * before, in tenths of a pixel. A path with curves stays as it is.
 */
export function shortPath(d: string): string {
  if (!/^[MLZ\d.,-]*$/.test(d)) return d;
  let path = "";
  let [x, y, startX, startY] = [0, 0, 0, 0];
  let [command, last] = ["", ""];
  const write = (tenths: number) => {
    const number = String(tenths / 10).replace(/^(-?)0\./, "$1.");
    const parted = last === "" || number.startsWith("-") ||
      (number.startsWith(".") && last.includes("."));
    path += parted ? number : ` ${number}`;
    last = number;
  };
  for (const [, letter = "", first, second] of d.matchAll(/([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?/g)) {
    // Differences of rounded numbers, so that roundings do not add up.
    const [toX, toY] = [Math.round(Number(first) * 10), Math.round(Number(second) * 10)];
    if (letter !== "L" || command !== "L") {
      path += letter === "L" ? "l" : letter;
      last = "";
    }
    command = letter;
    if (letter === "Z") {
      [x, y] = [startX, startY];
      continue;
    }
    if (letter === "M") [x, y, startX, startY] = [0, 0, toX, toY];
    write(toX - x);
    write(toY - y);
    [x, y] = [toX, toY];
  }
  return path;
}
