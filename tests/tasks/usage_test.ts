import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { adapterHelp } from "../../src/core/backend_adapter.ts";
import { ProjectCopy, tiny } from "./project_copy.ts";

/** Wrong calls, with texts that the line of the error must contain. */
const wrong: readonly (readonly [args: readonly string[], ...wanted: string[]])[] = [
  [["report", "--sed", "3"], "flag must be one of --profile", 'found "--sed"'],
  [["report", "-x"], "flag must be one of", 'found "-x"'],
  [["report", "quick"], "argument must be a flag", 'found "quick"'],
  [["report", "--profile", "fast"], "--profile must be one of quick, standard, full", '"fast"'],
  [["report", "--profile"], "--profile must be followed by", '""'],
  [["report", "--only", "sentimnt"], "--only must be some of", '"sentimnt"'],
  [["report", "--backend", "metal"], "--backend must be one of auto, webgpu, wasm, cpu", "metal"],
  [["report", "--seeds", "0"], "--seeds must be an integer from 1 to 1000, found 0"],
  [["report", "--seeds", "-3"], "--seeds must be an integer from 1 to 1000, found -3"],
  [["report", "--seeds=-3"], "--seeds must be an integer from 1 to 1000, found -3"],
  [["report", "--seeds", "2.5"], "--seeds must be an integer from 1 to 1000, found 2.5"],
  [["report", "--seeds", "many"], '--seeds must be an integer from 1 to 1000, found "many"'],
  [["report", "--set", "hiddenSize=3"], "flag must be one of", '"--set"'],
  [["report", "--_=1", "x"], "flag must be one of", '"--_"'],
  [["report", "-__proto__"], "flag must be one of", '"-__proto__"'],
  [["report", "--seeds", "3", "--seeds", "4"], '--seeds must be given once, found ["3", "4"]'],
  [["report", "--fresh=no"], '--fresh must be given without a value, found "no"'],
  [["report", "--profil", "quick"], 'found "--profil". Did you mean --profile?'],
  [["report", "--only", "lstm_gates"], 'found "lstm_gates". Did you mean lstm-gates?'],
  [["report", "--only", "lstm-gates", "--only", "x"], "--only must be given once"],
  [["report", "--profile", "quik"], 'found "quik". Did you mean quick?'],
  [["report", "--out", `/${"x".repeat(5000)}`], "--out must be a folder that can be written"],
  [
    ["experiment", "vanishing-gradients", "--set", "gains=1", "--set", "gains=2"],
    '--set gains must be given once, found ["1", "2"]',
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "__proto__=1"],
    "parameter name must be one of",
    '"__proto__"',
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "=1"],
    '--set must be a parameter as NAME=VALUE, found "=1"',
  ],
  [["experiment"], "ID must be one of", 'found ""'],
  [["experiment", "lstm_gates"], 'found "lstm_gates". Did you mean lstm-gates?'],
  [["preview", "--port", "８０００"], "--port must be an integer from 1024 to 65535"],
  [["preview", "--port", "0x1f90"], "--port must be an integer from 1024 to 65535"],
  [["verify", "a", "b"], 'SITE must be one folder, found ["a", "b"]'],
  [
    ["experiment", "vanishing-gradients", "--set", "hiddenSize=-4"],
    "--set hiddenSize must be an integer from 2 to 1024",
    "found -4",
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "hiddenSize=banana"],
    "--set hiddenSize must be an integer from 2 to 1024",
    '"banana"',
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "gains=0.5,x"],
    "--set gains must be a list of at least 1, each a number from 0.01 to 4",
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "hidenSize=4"],
    "--set parameter name must be one of inputSize, hiddenSize",
    '"hidenSize". Did you mean hiddenSize?',
  ],
  [
    ["experiment", "vanishing-gradients", "--set", "hiddenSize"],
    "--set must be a parameter as NAME=VALUE",
  ],
  [["train", "--out", "x"], "--corpus must be given: TEXT, a UTF-8 file, moby-dick or sentences"],
  [["train", "--corpus", "sentences"], "--out must be given: DIR, the folder of the model"],
  [
    ["train", "--corpus", "sentences", "--out", "x", "--epoch", "3"],
    'flag must be one that --help lists, found "--epoch"',
  ],
  [["generate", "--prompt", "x"], "--model must be given"],
  [["generate", "--model", "x", "y"], "argument must be a flag"],
  [
    ["classify"],
    "--train or --model must be given: --train FILE trains a model, --model DIR predicts",
  ],
  [["classify", "--model", "x"], "--model must be a folder that `deno task classify --train` made"],
  [
    ["classify", "--train", "x.csv", "--out", "x"],
    "--train must be a readable file",
    "no such file",
  ],
  [
    ["classify", "--train", "x.csv", "--out", "x", "--text", "y"],
    "--text must be left out with --t",
  ],
  [["verify", "nowhere"], "SITE must be the folder of a built report", "nowhere"],
  [["verify", "--tolerance", "lots"], "--tolerance must be a number from 0 and below 1", "lots"],
];

Deno.test("wrong calls exit with 2 and one line that names the requirement and the value", async (t) => {
  await using project = await ProjectCopy.make();
  for (const [args, ...wanted] of wrong) {
    await t.step(args.map((arg) => arg.slice(0, 40)).join(" "), async () => {
      const [task = "", ...rest] = args;
      const { code, err } = await project.task(task, ...rest);
      const lines = err.trim().split("\n");
      assertEquals(code, 2, err);
      assertEquals(lines.length, 1, err);
      for (const text of ["error: ", ...wanted]) assertStringIncludes(lines[0] ?? "", text);
    });
  }
});

Deno.test({
  name: "a task on a backend that the machine lacks exits with 2 and names the package to install",
  // Other systems have a DX12 driver, or no variable that hides adapters.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using project = await ProjectCopy.make();
    const env = { DENO_WEBGPU_BACKEND: "dx12" };
    const { code, err } = await project.taskWith(env, "report", "--backend", "webgpu");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "error: No WebGPU adapter was found. ");
    assertStringIncludes(err, adapterHelp("linux"));
    assertStringIncludes(err, "`--backend wasm`");
  },
});

Deno.test("report refuses a folder that cannot have the site before it computes anything", async (t) => {
  await using project = await ProjectCopy.make();
  await t.step("a file", async () => {
    const { code, err } = await project.task("report", "--out", "deno.json");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "--out must be a folder");
  });
  await t.step("below a file", async () => {
    const { code, err } = await project.task("report", "--out", "deno.json/site");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "--out must be a folder that can be written");
  });
  await t.step("a folder with other files", async () => {
    const { code, err } = await project.task("report", "--out", "tasks");
    assertEquals(code, 2, err);
    assertStringIncludes(err, "--out must be an empty folder, one with a site");
    assert((await Deno.stat(`${project.folder}/tasks/report.ts`)).isFile);
  });
});

Deno.test("every task has help with its flags and an example", async (t) => {
  await using project = await ProjectCopy.make();
  const tasks = ["report", "experiment", "verify", "preview", "train", "generate", "classify"];
  for (const task of [...tasks, "experiment vanishing-gradients"]) {
    await t.step(task, async () => {
      const [name = "", ...rest] = task.split(" ");
      const { code, out } = await project.task(name, ...rest, "--help");
      assertEquals(code, 0);
      for (const text of ["Usage: deno task", "--backend", "Example", "--help"]) {
        assertStringIncludes(out, text);
      }
    });
  }
  for (const task of ["arrows", "wasm"]) {
    await t.step(task, async () => {
      const { code, out } = await project.task(task, "--help");
      assertEquals(code, 0);
      for (const text of [`Usage: deno task ${task}`, "--help"]) {
        assertStringIncludes(out, text);
      }
    });
  }
  await t.step("no example is a call with only defaults", async () => {
    for (const id of ["vanishing-gradients", "lstm-gates", "text-generation"]) {
      const { out } = await project.task("experiment", id, "--help");
      const [, name = "", value = ""] = /deno task .* --set (\w+)=(\S+)/.exec(out) ?? [];
      const [, preset = ""] =
        new RegExp(`^  ${name} .*\\(default \\[?(.*?)\\]?\\)$`, "m").exec(out) ?? [];
      assert(value !== "" && preset !== "" && value !== preset, out);
    }
  });
});

Deno.test("report fails at an unknown binding and names file and line", async () => {
  await using project = await ProjectCopy.make();
  const page = `${project.folder}/reports/vanishing-gradients.md`;
  const source = await Deno.readTextFile(page);
  const line = source.split("\n").length;
  await Deno.writeTextFile(page, `${source}It is {{metric:nothing}}.\n`);
  const { code, err } = await project.task(
    "experiment",
    "vanishing-gradients",
    "--seeds",
    "1",
    ...tiny,
  );
  assert(code !== 0);
  assertStringIncludes(err, `reports/vanishing-gradients.md:${line}:7`);
  assertStringIncludes(err, "metric:nothing");
  assertNotMatch(err, /^\s+at /m);
});

Deno.test("a page with an unknown parameter or wrong TeX fails before anything runs", async () => {
  await using project = await ProjectCopy.make();
  const page = `${project.folder}/reports/vanishing-gradients.md`;
  const source = await Deno.readTextFile(page);
  const line = source.split("\n").length;
  for (const [wrong, said] of [["{{parameter:nothing}}", "parameter"], ["$\\frac{1}$", "TeX: "]]) {
    await Deno.writeTextFile(page, `${source}It is ${wrong}.\n`);
    const { code, out, err } = await project.task(
      "experiment",
      "vanishing-gradients",
      "--seeds",
      "1",
      ...tiny,
    );
    assertEquals([code, out], [1, ""], err);
    assertStringIncludes(err, `reports/vanishing-gradients.md:${line}:7: `);
    assertStringIncludes(err, said ?? "");
    assertEquals(err.includes("runs, since"), false, err);
  }
});
