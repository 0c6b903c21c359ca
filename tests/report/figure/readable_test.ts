import { assertEquals } from "@std/assert";
import { openCanvas } from "../../../src/report/figure/svg/canvas.ts";
import { inlineFigure } from "../../../src/report/figure/render.ts";
import { style } from "../../../src/report/page/style.ts";
import { findChromium, launch } from "../../browser.ts";
import { unreadableTexts } from "../../unreadable_texts.ts";
import { sampleCharts, sampleTables } from "./sample_charts.ts";
import { sampleFigures, sampleFigureTables } from "./sample_figures.ts";

const chromium = await findChromium();

Deno.test({
  name: "renderFigure() writes no text outside a figure or on another text, wide and narrow" +
    (chromium === null ? " (skipped: no Chromium; name one with CHROMIUM)" : ""),
  ignore: chromium === null,
  // The connections of the browser close a moment after the browser.
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const canvas = await openCanvas();
  const tables = [...sampleTables, ...sampleFigureTables];
  const figures = [...sampleCharts, ...sampleFigures].map((figure) => {
    const drawings = (["wide", "narrow"] as const).map((screen) => {
      const { markup } = inlineFigure(figure, tables, canvas, screen, figure.id);
      return `<div class="${screen}">${markup}</div>`;
    });
    return `<figure id="${figure.id}">${drawings.join("")}</figure>`;
  });
  const browser = await launch(chromium ?? "");
  try {
    for (const width of [1280, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      await page.setContent(`<style>${style}</style><main>${figures.join("")}</main>`);
      assertEquals(await page.evaluate(unreadableTexts), []);
      assertEquals(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
