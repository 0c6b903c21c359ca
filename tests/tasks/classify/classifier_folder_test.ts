import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import {
  ClassifierFolder,
  readDescription,
  writeDescription,
} from "../../../tasks/classify/classifier_folder.ts";

const description = {
  labels: ["negative", "positive"],
  training: {
    id: "abc",
    settings: { hidden: 5 },
    data: { id: "a.csv", texts: 60, sha256: "def" },
    parts: { training: 48, validation: 6, test: 6 },
    backend: "cpu",
  },
};
const text = writeDescription(description);

Deno.test("readDescription() reads what writeDescription() writes", () => {
  assertEquals(readDescription(text, "model.json"), description);
  assertEquals(writeDescription(readDescription(text, "model.json")), text);
});

Deno.test("readDescription() refuses other files, and names the field", () => {
  const wrong: readonly (readonly [text: string, message: string])[] = [
    ["", "model.json must be the description of a classifier, found"],
    ["[]", "model.json must be the description of a classifier"],
    [text.slice(0, -9), "it is not JSON"],
    [text.replace("unroll-classifier-1", "unroll-text-model-1"), "at format"],
    [text.replace('"positive"', '"negative"'), "at labels"],
    [text.replace(/,\s*"positive"/, ""), "at labels"],
    [text.replace('"texts": 60', '"texts": -1'), "at training.data.texts"],
    [text.replace('"backend": "cpu",', ""), "at training.backend"],
    [`${"[".repeat(1e5)}`, "nested"],
  ];
  for (const [text, message] of wrong) {
    assertThrows(() => readDescription(text, "model.json"), InputError, message);
  }
});

Deno.test("ClassifierFolder refuses the folder of a model of another kind", async () => {
  const path = await Deno.makeTempDir();
  const folder = new ClassifierFolder(path);
  assertEquals(await folder.check(false), null);
  await Deno.writeTextFile(`${path}/model.json`, text);
  assertEquals(await folder.check(false), description);
  await Deno.writeTextFile(`${path}/model.json`, '{"format":"unroll-text-model-1"}');
  const message = "--out must be a folder whose model.json describes a classifier, found";
  await assertRejects(() => folder.check(false), InputError, message);
  await Deno.remove(path, { recursive: true });
});
