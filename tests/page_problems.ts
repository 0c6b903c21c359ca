/// <reference lib="dom" />

import axe from "axe-core";
import type { Page } from "playwright-core";
import { unreadableTexts } from "./unreadable_texts.ts";

/** The widths of a desk and of a phone, in px. */
const widths = [1280, 390];

/** The rules of axe that look at colours; every other rule looks at the tree and at the layout. */
const colourRules = ["color-contrast", "link-in-text-block"];

/**
 * Opens a page, light and dark, wide and narrow, and finds what is wrong with it: messages in the
 * console, requests that leave the folder, a page wider than the window, unreadable texts of
 * figures, and violations of axe's default rules.
 *
 * The page is loaded once, and the window changes. axe runs its rules about colours each time. In
 * the dark scheme it runs the other rules only if the box or the display of an element differs from
 * the light scheme; otherwise they would find the same.
 *
 * @param page A page of a browser, which may have another address.
 * @param url The address of a file.
 * @returns A line for each problem, with the scheme and the width.
 */
export async function pageProblems(page: Page, url: string): Promise<string[]> {
  const problems: string[] = [];
  let state = "";
  let open = false;
  const found = (problem: string) => problems.push(`${state}: ${problem}`);
  page.on("console", (message) => {
    if (message.type() !== "info") found(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) found(`request: ${request.url()}`);
  });
  for (const width of widths) {
    let lightLayout = "";
    for (const colorScheme of ["light", "dark"] as const) {
      state = `${colorScheme}, ${width} px`;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      if (!open) {
        await page.goto(url);
        open = true;
        await page.evaluate(axe.source);
      }
      const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      if (Number(wide) > 0) found(`the page is ${wide} px wider than the window`);
      (await page.evaluate(unreadableTexts)).forEach(found);
      const layout = await page.evaluate(layoutOf);
      const rules = layout === lightLayout ? { runOnly: colourRules } : {};
      (await violations(page, rules)).forEach(found);
      lightLayout = layout;
    }
  }
  page.removeAllListeners();
  return problems;
}

/** The violations of rules of axe: the first elements of each rule. */
async function violations(page: Page, rules: axe.RunOptions): Promise<string[]> {
  // axe describes elements of the listed types; of the others it only names the first.
  const options: axe.RunOptions = { ...rules, resultTypes: ["violations"] };
  const results = await page.evaluate<axe.AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html }) => `${id}: ${html}`)
  );
}

/**
 * The box of every element, and whether it is displayed. It runs in a page, so it uses nothing from
 * outside.
 */
function layoutOf(): string {
  return [...document.querySelectorAll("*")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const { display, visibility, opacity, position, overflow } = getComputedStyle(element);
    return [x, y, width, height, display, visibility, opacity, position, overflow].join();
  }).join("\n");
}
