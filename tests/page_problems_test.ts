import { assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { findChromium, launch } from "./browser.ts";
import { pageProblems } from "./page_problems.ts";

const chromium = await findChromium();

const light = ["light, 1280 px", "light, 390 px"];
const dark = ["dark, 1280 px", "dark, 390 px"];
const wide = ["light, 1280 px", "dark, 1280 px"];
const narrow = ["light, 390 px", "dark, 390 px"];

/** A problem of a page. */
interface Plant {
  readonly style?: string;
  readonly body: string;
  /** The schemes and widths in which it must be found. */
  readonly states: readonly string[];
  /** The messages that must be found in each of them. */
  readonly problems: readonly string[];
}

const drawing = (content: string) =>
  `<figure id="drawing"><svg role="img" aria-label="A drawing" width="300" height="100"
    viewBox="0 0 300 100">${content}</svg></figure>`;

/** An element that violates a rule of axe. */
const element = (
  rule: string,
  html: string,
  states: readonly string[],
  style = "",
  place = "",
): Plant => ({
  style,
  body: `<div class="${place}">${html}</div>`,
  states,
  problems: [`${rule}: ${html}`],
});

const plants: readonly Plant[] = [
  {
    body: "<script>console.warn('planted')</script>",
    states: ["light, 1280 px"],
    problems: ["console: planted"],
  },
  {
    // A port that browsers refuse.
    body: `<img alt="A picture" src="http://127.0.0.1:1/picture.png">`,
    states: ["light, 1280 px"],
    problems: [
      "request: http://127.0.0.1:1/picture.png",
      "console: Failed to load resource: net::ERR_UNSAFE_PORT",
    ],
  },
  {
    body: `<div style="width: 400px">Wide</div>`,
    states: narrow,
    problems: ["the page is 10 px wider than the window"],
  },
  {
    body: drawing(`<text x="10" y="50" font-size="9">small</text>`),
    states: [...light, ...dark],
    problems: [`drawing: "small" of 9.0 px`],
  },
  {
    body: drawing(`<text x="-20" y="50">outside</text>`),
    states: [...light, ...dark],
    problems: [`drawing: "outside" leaves the figure`],
  },
  {
    body: drawing(`<text x="10" y="50">below</text><text x="12" y="52">above</text>`),
    states: [...light, ...dark],
    problems: [`drawing: "below" on "above"`],
  },
  element("svg-img-alt", `<svg role="img" width="10" height="10"></svg>`, [...light, ...dark]),
  element("heading-order", "<h3>Too deep</h3>", [...light, ...dark]),
  // An element of one width or one scheme.
  element(
    "link-name",
    `<a class="wide" href="#"></a>`,
    wide,
    "@media (max-width: 800px) { .wide { display: none; } }",
  ),
  element(
    "link-name",
    `<a class="narrow" href="#"></a>`,
    narrow,
    "@media (min-width: 800px) { .narrow { display: none; } }",
  ),
  element(
    "link-name",
    `<a class="dark" href="#"></a>`,
    dark,
    "@media (prefers-color-scheme: light) { .dark { display: none; } }",
  ),
  // Colours of one width or one scheme.
  element(
    "color-contrast",
    `<p class="pale-in-light">Pale</p>`,
    light,
    "@media (prefers-color-scheme: light) { .pale-in-light { color: #bbb; } }",
  ),
  element(
    "color-contrast",
    `<p class="pale-in-dark">Pale</p>`,
    dark,
    "@media (prefers-color-scheme: dark) { .pale-in-dark { color: #444; } }",
  ),
  element(
    "color-contrast",
    `<p class="pale-in-narrow">Pale</p>`,
    narrow,
    "@media (max-width: 800px) { .pale-in-narrow { color: #999; background: #777; } }",
  ),
  {
    style: ".plain { color: inherit; } " +
      "@media (prefers-color-scheme: dark) { .plain { color: #ccc; text-decoration: none; } }",
    body: `<p>A sentence with <a class="plain" href="#place">a link</a> in it.</p>`,
    states: dark,
    problems: [`link-in-text-block: <a class="plain" href="#place">a link</a>`],
  },
];

/** Plants that make the layout of the light and of the dark differ, so that axe runs all rules. */
const layoutDiffers = plants.filter(({ problems }) => problems[0]?.includes(`class="dark"`));

Deno.test({
  name: "pageProblems() finds each problem where it is planted, and nothing else" +
    (chromium === null ? " (skipped: no Chromium; name one with CHROMIUM)" : ""),
  ignore: chromium === null,
  // The browser's connections close a moment after the browser does.
  sanitizeOps: false,
  sanitizeResources: false,
}, async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "unroll-" });
  const browser = await launch(chromium ?? "");
  const page = await browser.newPage();
  const problemsOf = async (planted: readonly Plant[]): Promise<string[]> => {
    const file = `${folder}/page.html`;
    await Deno.writeTextFile(
      file,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; background: #fff; color: #000; }
@media (prefers-color-scheme: dark) { :root { background: #000; color: #fff; } }
body, figure { margin: 0; }
${planted.map(({ style = "" }) => style).join("\n")}
</style>
<main><h1>A page</h1>${planted.map(({ body }) => body).join("\n")}</main></html>`,
    );
    return await pageProblems(page, pathToFileURL(file).href);
  };
  const wanted = (planted: readonly Plant[], missed: readonly string[] = []): string[] =>
    planted.flatMap(({ states, problems }) =>
      states.flatMap((state) => problems.map((problem) => `${state}: ${problem}`))
    ).filter((line) => !missed.includes(line)).sort();

  try {
    await t.step("none in a page without problems", async () => {
      assertEquals(await problemsOf([]), []);
    });
    await t.step("all in a page that has another layout in the dark", async () => {
      assertEquals((await problemsOf(plants)).sort(), wanted(plants));
    });
    await t.step("all in a page of one layout, those of the tree once for each width", async () => {
      const planted = plants.filter((plant) => !layoutDiffers.includes(plant));
      const inLight = ["svg-img-alt", "heading-order", "link-name"];
      const missed = wanted(planted).filter((line) =>
        line.startsWith("dark") && inLight.some((rule) => line.includes(`${rule}: `))
      );
      assertEquals((await problemsOf(planted)).sort(), wanted(planted, missed));
    });
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});
