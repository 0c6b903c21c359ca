import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { SequenceClassifier } from "../../src/classification/sequence_classifier.ts";
import { InputError } from "../../src/core/errors.ts";
import { classifyFlags, readClassifyOptions } from "../../tasks/classify/classify_options.ts";
import { predictTexts } from "../../tasks/classify/predict_texts.ts";
import { trainClassifier } from "../../tasks/classify/train_classifier.ts";
import { parseCommandLine } from "../../tasks/cli/command_line.ts";
import { lockFolder } from "../../tasks/cli/folder_lock.ts";
import { reviews } from "./classify/reviews.ts";
import { withDefaults } from "./flags.ts";
import { type Outcome, ProjectCopy } from "./project_copy.ts";

/** Flags of a training that takes a moment. */
const tiny = [
  ...["--train", "reviews.csv", "--backend", "cpu", "--embedding", "4", "--hidden", "5"],
  ...["--epochs", "3", "--out", "model"],
];

/** Makes a project with a file of reviews. */
async function projectWithReviews(count = 60): Promise<ProjectCopy> {
  const project = await ProjectCopy.make();
  await Deno.writeTextFile(`${project.folder}/reviews.csv`, reviews(count));
  return project;
}

function train(project: ProjectCopy, ...args: readonly string[]): Promise<Outcome> {
  return project.task("classify", ...withDefaults(tiny, args));
}

function predict(project: ProjectCopy, ...args: readonly string[]): Promise<Outcome> {
  return project.task("classify", ...withDefaults(["--model", "model", "--backend", "cpu"], args));
}

function readOptions(...args: readonly string[]) {
  const usage = { command: "x", summary: "x", flags: classifyFlags, examples: [] };
  return readClassifyOptions(parseCommandLine(args, usage));
}

/** Checks that a call was refused in one line, without a stack. */
function assertRefused({ code, out, err }: Outcome, ...wanted: readonly string[]): void {
  assertEquals(code, 2, err);
  assertEquals(out, "");
  const lines = err.trim().split("\n");
  assertEquals(lines.length, 1, err);
  for (const text of ["error: ", ...wanted]) assertStringIncludes(lines[0] ?? "", text);
}

/** Returns flags whose paths are those of the project. */
function inProject({ folder }: ProjectCopy, flags: readonly string[]): string[] {
  const paths = new Set(["--train", "--out", "--model", "--file"]);
  return flags.map((flag, i) => paths.has(flags[i - 1] ?? "") ? `${folder}/${flag}` : flag);
}

/** Checks that a training is refused before it begins. */
async function refusesTraining(
  project: ProjectCopy,
  message: string,
  ...args: readonly string[]
): Promise<void> {
  const options = readOptions(...inProject(project, withDefaults(tiny, args)));
  assert(options.mode === "train");
  const stop = { follow: () => new AbortController().signal };
  await assertRejects(() => trainClassifier(options, stop), InputError, message);
}

/** Checks that a prediction is refused before anything is written. */
async function refusesPrediction(
  project: ProjectCopy,
  message: string,
  ...args: readonly string[]
): Promise<void> {
  const flags = withDefaults(["--model", "model", "--backend", "cpu"], args);
  const options = readOptions(...inProject(project, flags));
  assert(options.mode === "predict");
  await assertRejects(() => predictTexts(options), InputError, message);
}

Deno.test("classify --train tests the model, and names what prevents a training", async (t) => {
  await using project = await projectWithReviews();
  const place = (name: string) => `${project.folder}/model/${name}`;

  await t.step("it shows the texts, each epoch, the test and a command", async () => {
    const { code, out, err } = await train(project);
    assertEquals(code, 0, err);
    assertMatch(err, /^48 texts to train with, 6 for validation, 6 for the test, labels "neg/m);
    assertMatch(err, /^GRU of 5 units, in both directions, readout attention, 10 words in/m);
    assertMatch(err, /^epoch 1\/3: training loss [\d.]+, validation loss [\d.]+, accuracy [\d.]+/m);
    assertMatch(out, /^The best is epoch \d: training loss/m);
    assertMatch(out, /^Accuracy on 6 texts of the test: [\d.]+.%, 95 % interval \[/m);
    assertMatch(out, /^Balanced accuracy: /m);
    assertMatch(out, /^ {2}deno task classify --model model --text '/m);
    const model = JSON.parse(await Deno.readTextFile(place("model.json")));
    assertEquals(model.labels, ["negative", "positive"]);
    assertEquals(model.training.parts, { training: 48, validation: 6, test: 6 });
    const history = JSON.parse(await Deno.readTextFile(place("history.json")));
    assertEquals(history.epochs.length, 3);
    assertEquals(history.test[0].measure, "accuracy");
  });
  await t.step("a finished training has the same files after the same command", async () => {
    const before = await Deno.readTextFile(place("history.json"));
    const { code, err } = await train(project);
    assertEquals(code, 0, err);
    assertStringIncludes(err, "the training is finished after epoch 3");
    assertEquals(await Deno.readTextFile(place("history.json")), before);
  });
  await t.step("other settings and other texts are refused", async () => {
    assertRefused(
      await train(project, "--epochs", "4", "--seed", "2"),
      "--epochs must be 3, as in ",
      "--seed was 1, is 2. Use --fresh to begin again",
    );
    await Deno.writeTextFile(`${project.folder}/more.csv`, reviews(61));
    const wanted = "--train must be the texts that training began with, 60 texts, SHA-256 ";
    await refusesTraining(project, wanted, "--train", "more.csv");
    const labels = ["--label", "positive", "--label", "negative"];
    await refusesTraining(project, wanted, ...labels);
  });
  await t.step("a folder that another training writes to is refused", async () => {
    using _lock = await lockFolder("--out", `${project.folder}/model`, "training");
    await refusesTraining(project, "--out must be a folder that no other training");
  });
  await t.step("damaged files, and files of another training, are refused", async () => {
    assertEquals((await train(project, "--seed", "2", "--out", "other")).code, 0);
    for (const name of ["last.safetensors", "best.safetensors", "model.json"]) {
      const own = await Deno.readFile(place(name));
      const foreign = await Deno.readFile(`${project.folder}/other/${name}`);
      for (const wrong of [own.slice(0, -9), foreign, new Uint8Array()]) {
        await Deno.writeFile(place(name), wrong);
        // Settings differ if the description is that of the other training.
        const isOther = name === "model.json" && wrong === foreign;
        await refusesTraining(project, isOther ? "--seed must be 2, as in" : name);
        if (name === "last.safetensors") continue;
        const which = isOther ? "best.safetensors" : name;
        await refusesPrediction(project, `${which} must be`, "--text", "good");
      }
      await Deno.writeFile(place(name), own);
    }
    const bytes = await Deno.readFile(place("last.safetensors"));
    await Deno.remove(place("last.safetensors"));
    const wanted = 'last.safetensors must be the file that training wrote, found "no such';
    await refusesTraining(project, wanted);
    await Deno.writeFile(place("last.safetensors"), bytes);
  });
  await t.step("--fresh begins again, and leaves files of the user", async () => {
    await Deno.writeTextFile(place("notes.txt"), "mine");
    const { code, err } = await train(project, "--fresh", "--readout", "mean");
    assertEquals(code, 0, err);
    assertEquals(await Deno.readTextFile(place("notes.txt")), "mine");
    const { out } = await predict(project, "--text", "good", "--json");
    assertEquals(JSON.parse(out).words, null);
  });
  await t.step("a folder with other files is refused", async () => {
    await Deno.mkdir(`${project.folder}/full`);
    await Deno.writeTextFile(`${project.folder}/full/a.txt`, "mine");
    assertRefused(
      await train(project, "--out", "full"),
      "--out must be an empty folder, or one of",
    );
  });
  await t.step("wrong texts and settings are refused, and nothing is written", async () => {
    const write = (text: string) => Deno.writeTextFile(`${project.folder}/wrong.csv`, text);
    const refuses = (message: string, ...args: readonly string[]) =>
      refusesTraining(project, message, ...withDefaults(["--out", "nothing"], args));
    const wrong = ["--train", "wrong.csv"];
    await write(reviews(2));
    await refuses("wrong.csv must be a file of at least 10 labelled texts, found 2", ...wrong);
    await write(reviews(40).replaceAll(/(negative|positive)$/gm, "good"));
    await refuses("wrong.csv must be of at least two labels", ...wrong);
    await write(`${reviews(40)},positive\n`);
    await refuses("wrong.csv must be a text that is not empty", ...wrong);
    await write(reviews(40).replaceAll(/^.*(?=,[np])/gm, "the same"));
    await refuses("wrong.csv must be at least 10 different ones", ...wrong);
    await refuses("--min-frequency must be at most", "--min-frequency", "100000");
    await refuses(
      "--hidden, --layers, --attention and --embedding must be so",
      "--hidden",
      "40000",
    );
    assertEquals(await Deno.stat(`${project.folder}/nothing`).catch(() => null), null);
  });
});

Deno.test("classify --model predicts texts of flags, files and standard input", async (t) => {
  await using project = await projectWithReviews(300);
  const flags = ["--dropout", "0", "--learning-rate", "0.05", "--epochs", "15", "--patience", "15"];
  const trained = await train(project, ...flags);
  assertEquals(trained.code, 0, trained.err);
  const texts = ["So good, this film!", "Bad music; it is not very so"];
  const lines = await predict(project, ...texts.flatMap((text) => ["--text", text]));

  await t.step("lines have the label, its probability, the text and the words", () => {
    assertEquals(lines.code, 0, lines.err);
    assertEquals(lines.err, "");
    const [first = "", second = "", third = "", , last] = lines.out.split("\n");
    assertMatch(first, /^positive {2} [ \d]\d\.\d % {2}So good, this film!$/);
    assertMatch(second, /^ {19}\S.* 0\.\d\d, /);
    assertStringIncludes(second, "this (unknown) 0.");
    assertMatch(third, /^negative {2} [ \d]\d\.\d % {2}Bad music; it is not very so$/);
    assertEquals(last, "");
  });
  await t.step("the library predicts the same", async () => {
    const { out } = await predict(project, ...texts.flatMap((text) => ["--text", text]), "--json");
    await selectBackend("cpu");
    const bytes = await Deno.readFile(`${project.folder}/model/best.safetensors`);
    using classifier = SequenceClassifier.load(bytes);
    const wanted = await classifier.attend(texts);
    for (const [i, line] of out.trimEnd().split("\n").entries()) {
      const { text, label, probability, probabilities, words } = JSON.parse(line);
      const { probabilities: own = [], words: names = [], weights = [] } = wanted[i] ?? {};
      assertEquals(text, texts[i]);
      assertEquals(label, i === 0 ? "positive" : "negative");
      assertEquals(Object.keys(probabilities), ["negative", "positive"]);
      const round = (value = NaN) => Number(value.toFixed(6));
      assertEquals(Object.values(probabilities), own.map(round));
      assertEquals(probability, Math.max(...own.map(round)));
      assertEquals(
        words.map(({ word, weight }: { word: string; weight: number }) => [word, weight]),
        names.map((name, at) => [name, round(weights[at])]),
      );
    }
  });
  await t.step("lines of a file, a column of a table and lines of standard input", async () => {
    await Deno.writeTextFile(`${project.folder}/texts.txt`, `${texts.join("\r\n")}\n`);
    assertEquals((await predict(project, "--file", "texts.txt")).out, lines.out);
    const table = ["id,review", ...texts.map((text, i) => `${i},"${text}"`)].join("\n");
    await Deno.writeTextFile(`${project.folder}/texts.csv`, table);
    const column = await predict(project, "--file", "texts.csv", "--text-column", "review");
    assertEquals(column.out, lines.out);
    const input = new TextEncoder().encode(texts.join("\n"));
    for (const more of [[], ["--file", "-"]]) {
      const args = ["--model", "model", "--backend", "cpu", ...more];
      const child = await project.spawnWithInput(input, "classify", ...args);
      const { code, stdout } = await child.output();
      assertEquals(code, 0);
      assertEquals(new TextDecoder().decode(stdout), lines.out);
    }
  });
  await t.step("labels of a table test the model", async () => {
    const args = ["--file", "reviews.csv", "--label-column", "label"];
    const { code, out, err } = await predict(project, ...args);
    assertEquals(code, 0, err);
    assertMatch(out, /^ {19}labelled (positive|negative)$/m);
    assertMatch(out, /\n\nAccuracy on 300 texts: [\d.]+.%, 95 % interval \[.*\n.*\n$/);
    const json = await predict(project, ...args, "--json");
    assertStringIncludes(json.err, "Accuracy on 300 texts: ");
    const rows = json.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    const right = rows.filter(({ label, labelled }) => label === labelled).length;
    const shown = Number(/texts: ([\d.]+)/.exec(out)?.[1]);
    assert(Math.abs(100 * right / 300 - shown) < 0.06, out);
    const table = reviews(5).replace(/(negative|positive)\n$/, "good\n");
    await Deno.writeTextFile(`${project.folder}/good.csv`, table);
    assertRefused(
      await predict(project, "--file", "good.csv", "--label-column", "label"),
      '"label" in row 6 of good.csv must be one of "negative", "positive", found "good"',
    );
  });
  await t.step("wrong texts and folders are refused", async () => {
    await Deno.writeTextFile(`${project.folder}/texts.txt`, "good\n\nbad\n");
    assertRefused(
      await predict(project, "--file", "texts.txt"),
      "line 2 of texts.txt must be a text that is not empty",
    );
    const refuses = (message: string, ...args: readonly string[]) =>
      refusesPrediction(project, message, ...args);
    await refuses("--file must be a readable file", "--file", "nowhere.txt");
    const wanted = "--model must be a folder that `deno task classify --train` made";
    await refuses(wanted, "--model", "nowhere", "--text", "x");
    await refuses("src without model.json", "--model", "src", "--text", "x");
    await Deno.remove(`${project.folder}/model/best.safetensors`);
    await refuses(`${wanted}, with its weights`, "--text", "x");
  });
});

Deno.test("classify --model answers while lines arrive, and its reader may stop", async () => {
  await using project = await projectWithReviews();
  assertEquals((await train(project, "--epochs", "1")).code, 0);
  const program = await project.program("classify", ["--model", "model", "--backend", "cpu"]);
  const child = new Deno.Command(Deno.execPath(), {
    ...{ args: program, cwd: project.folder, env: { INIT_CWD: project.folder } },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (const text of ["good day", "bad day"]) {
    await writer.write(new TextEncoder().encode(`${text}\n`));
    const { value } = await reader.read();
    assertStringIncludes(value ?? "", text);
  }
  await reader.cancel();
  // Writes until the closed output is noticed.
  for (;;) {
    try {
      await writer.write(new TextEncoder().encode("good\n".repeat(100)));
      await new Promise((done) => setTimeout(done, 20));
    } catch {
      break;
    }
  }
  await writer.close().catch(() => {});
  const { code } = await child.status;
  const err = await new Response(child.stderr).text();
  assertEquals([code, err], [0, ""]);
});

Deno.test("classify trains more than two classes, each readout, and without held-out texts", async () => {
  await using project = await projectWithReviews();
  const rows = reviews(60).trimEnd().split("\n");
  const three = rows.map((row, i) => i % 3 === 1 ? row.replace(/,\w+$/, ",neutral") : row);
  await Deno.writeTextFile(`${project.folder}/three.csv`, three.join("\n"));
  const none = ["--validation", "0", "--test", "0", "--train", "three.csv"];
  for (const readout of ["attention", "last"]) {
    const args = [...none, "--readout", readout, "--out", readout];
    const { code, out, err } = await train(project, ...args);
    assertEquals(code, 0, err);
    assertMatch(
      out,
      /^The model has the weights of epoch 3: training loss [\d.]+\.\n.*The model is/s,
    );
    assertNotEquals(out.includes("Accuracy"), true);
    const [line = ""] = (await predict(project, "--model", readout, "--text", "x", "--json")).out
      .split("\n");
    assertEquals(Object.keys(JSON.parse(line).probabilities), ["negative", "neutral", "positive"]);
  }
});
