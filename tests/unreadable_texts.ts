/// <reference lib="dom" />

/**
 * Finds texts of figures that are too small to read, extend beyond their figure, or overlap. It
 * runs in a page, so it uses nothing from outside.
 */
export function unreadableTexts(): string[] {
  const found: string[] = [];
  for (const svg of document.querySelectorAll<SVGSVGElement>("figure svg")) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    const name = svg.closest("figure")?.id ?? "?";
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent !== "")
      .map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const [i, { text, box }] of texts.entries()) {
      const out = box.left < frame.left - 1 || box.right > frame.right + 1 ||
        box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
      if (out) found.push(`${name}: "${text}" leaves the figure`);
      for (const other of texts.slice(i + 1)) {
        const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        // Boxes have room above and below the letters, so boxes that only touch do not overlap.
        if (width > 1 && height > 4) found.push(`${name}: "${text}" on "${other.text}"`);
      }
    }
    const scale = frame.width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll("text")) {
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < 10.5) found.push(`${name}: "${text.textContent}" of ${size.toFixed(1)} px`);
    }
  }
  return found;
}
