import { assertEquals } from "@std/assert";
import type { TrainingProgress } from "../../../src/training/train_language_model.ts";
import type { Surroundings } from "../../../tasks/progress.ts";
import { TrainingDisplay } from "../../../tasks/train/training_display.ts";

const record = {
  trainLoss: 1.5,
  validationLoss: Math.log(8),
  learningRate: 0.002,
  clipped: 0,
  tokens: 1000,
};

/** A display whose clock is set by hand, in seconds, for 3 epochs of 10 steps of 100 tokens. */
function shown(
  around: Partial<Surroundings>,
  { first = 0, kind = "words", loss = 1.25 }: {
    readonly first?: number;
    readonly kind?: "words" | "characters";
    readonly loss?: number;
  } = {},
) {
  const texts: string[] = [];
  let seconds = 0;
  const display = new TrainingDisplay(kind, {
    write: (text) => texts.push(text),
    now: () => 1000 * seconds,
    columns: () => 160,
    ...around,
  });
  return {
    display,
    texts,
    last: () => (texts.at(-1) ?? "").replace(/[\u00a0\u202f]/g, " "),
    at(time: number, epoch: number, step: number) {
      seconds = time;
      const progress: TrainingProgress = {
        ...{ epoch, epochs: 3, step, steps: 10, learningRate: 0.002 },
        // The first steps of an epoch are not read at once.
        loss: step < 2 ? null : loss,
        tokens: 100 * (10 * epoch + step - first),
        history: Array.from({ length: epoch }, () => record),
      };
      display.update(progress);
    },
    validates(time: number) {
      seconds = time;
      display.validates();
    },
  };
}

const line = "loss 1.500, held out 2.079 nats, perplexity 8.000, learning rate 0.002";

Deno.test("elsewhere than on a terminal there is a line for each epoch", () => {
  const { texts, last, at, validates } = shown({ terminal: false });
  at(0, 0, 0);
  at(5, 0, 8);
  assertEquals(texts, []);
  validates(10);
  at(12, 1, 0);
  // Tokens per second are those of training, the time that is left has validation in it.
  assertEquals(last(), `epoch 1/3: ${line}, 100 words/s, about 24 s left\n`);
  at(12, 1, 0);
  validates(17);
  at(20, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 200 words/s, about 10 s left\n`);
  validates(25);
  at(30, 3, 0);
  assertEquals(last(), `epoch 3/3: ${line}, 200 words/s\n`);
  assertEquals(texts.length, 3);
});

Deno.test("a training that goes on counts what it does itself", () => {
  const { last, at, validates } = shown({ terminal: false }, { first: 15 });
  at(0, 1, 5);
  validates(10);
  at(10, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 50 words/s, about 20 s left\n`);
});

Deno.test("on a terminal there is a bar, which goes before a line", () => {
  const { texts, last, at, display } = shown({ terminal: true });
  at(0, 0, 0);
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 1/3\x1b[K`);
  at(4, 0, 4);
  assertEquals(
    last(),
    `\r${"█".repeat(5)}${"░".repeat(7)} 4/10 epoch 1/3, perplexity 3.490, rate 0.002, ` +
      "100 words/s, 26 s left\x1b[K",
  );
  at(10, 1, 0);
  assertEquals(texts.at(-3), "\r\x1b[K");
  // Before anything of an epoch is read, there is what the one before had.
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 2/3, perplexity 4.482, 20 s left\x1b[K`);
  display.clear();
  display.clear();
  assertEquals(texts.filter((text) => text === "\r\x1b[K").length, 2);
});

Deno.test("characters have bits, and long times whole minutes", () => {
  const { last, at } = shown({ terminal: true }, { kind: "characters", loss: Math.LN2 });
  at(0, 0, 0);
  at(200, 0, 2);
  assertEquals(
    last(),
    `\r${"█".repeat(2)}${"░".repeat(10)} 2/10 epoch 1/3, 1.000 bits, rate 0.002, ` +
      "1 characters/s, 47 min left\x1b[K",
  );
});

Deno.test("a line has whole fields only, and a bar where there is room", () => {
  const fields = ["4/10 epoch 1/3", "perplexity 3.490", "rate 0.002", "100 words/s", "26 s left"];
  for (let columns = 10; columns < 100; columns++) {
    const { last, at } = shown({ terminal: true, columns: () => columns });
    at(0, 0, 0);
    at(4, 0, 4);
    const line = last().replace("\r", "").replace("\x1b[K", "");
    assertEquals(line.length < columns, true);
    const text = line.replace(/^[█░]+ /, "");
    const count = text.split(", ").length;
    if (columns < 16) assertEquals(text, (fields[0] ?? "").slice(0, columns - 1));
    else assertEquals(text, fields.slice(0, count).join(", "));
    // One more would be too much.
    const next = fields[count];
    if (next !== undefined) assertEquals(text.length + 2 + next.length >= columns, true);
  }
});
