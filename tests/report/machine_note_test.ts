import { assertEquals, assertStringIncludes } from "@std/assert";
import { viewOf } from "../../src/report/view.ts";
import { parseHtml } from "./dom.ts";
import { manifest, render, result, textAt, view } from "./rendered_page.ts";

const measured = "Measured on this machine: freebsd aarch64, 8 cores, webgpu backend on llvmpipe " +
  "(LLVM 19.1.7, 256 bits), 2026-01-02; another machine, or another run, gives other numbers.";

Deno.test("a figure of the machine says where it was measured, and links files of its own", async () => {
  const source = "# T\n\n{{ref:time-by-length}}\n\n{{figure:time-by-length}}\n";
  const document = await parseHtml(render(source).body.markup);
  const figure = document.getElementById("figure-time-by-length");
  assertEquals(figure?.querySelector("figcaption .note")?.textContent, measured);
  assertEquals(figure?.querySelector("strong")?.textContent, "Figure 1. Time of a training step.");
  const links = [...document.querySelectorAll("#figure-time-by-length .downloads a")];
  assertEquals(links.map((link) => link.getAttribute("href")), [
    "machine/vanishing-gradients/time-by-length.svg",
    "machine/vanishing-gradients/times.csv",
    "machine/vanishing-gradients/times.json",
  ]);
  assertEquals(document.querySelector("p a")?.getAttribute("href"), "#figure-time-by-length");
  assertEquals(document.querySelectorAll(".note").length, 1);
});

Deno.test("a table of the machine says where it was measured, one of the result does not", async () => {
  const notes = await textAt(
    render("# T\n\n{{table:decay}}\n\n{{table:times}}\n"),
    ".scroll + .note",
  );
  assertEquals(notes, [measured]);
});

Deno.test("one core, and a backend without an adapter, are said as such", async () => {
  const backend = { ...result.backend, name: "wasm", adapter: null } as const;
  const runs = manifest.runs.map((run) => ({ ...run, machine: { ...run.machine, cores: 1 } }));
  const one = viewOf({ ...result, backend }, { ...manifest, runs }, view().draw, "");
  const [note = ""] = await textAt(render("# T\n\n{{table:times}}\n", one), ".note");
  assertStringIncludes(note, "freebsd aarch64, 1 core, wasm backend, 2026-01-02;");
});
