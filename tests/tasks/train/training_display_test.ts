import { assertEquals } from "@std/assert";
import type { TrainingProgress } from "../../../src/training/train.ts";
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
function shown(around: Partial<Surroundings>, first = 0) {
  const texts: string[] = [];
  let seconds = 0;
  const display = new TrainingDisplay("words", {
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
  assertEquals(last(), `epoch 1/3: ${line}, 100 tokens/s, about 24 s left\n`);
  at(12, 1, 0);
  validates(17);
  at(20, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 200 tokens/s, about 10 s left\n`);
  validates(25);
  at(30, 3, 0);
  assertEquals(last(), `epoch 3/3: ${line}, 200 tokens/s\n`);
  assertEquals(texts.length, 3);
});

Deno.test("a training that goes on counts what it does itself", () => {
  const { last, at, validates } = shown({ terminal: false }, 15);
  at(0, 1, 5);
  validates(10);
  at(10, 2, 0);
  assertEquals(last(), `epoch 2/3: ${line}, 50 tokens/s, about 20 s left\n`);
});

Deno.test("on a terminal there is a bar, which goes before a line", () => {
  const { texts, last, at, display } = shown({ terminal: true });
  at(0, 0, 0);
  assertEquals(last(), `\r${"░".repeat(12)} 0/10 epoch 1/3\x1b[K`);
  at(4, 0, 4);
  assertEquals(
    last(),
    `\r${"█".repeat(5)}${"░".repeat(7)} 4/10 epoch 1/3, about 26 s left, 100 tokens/s, ` +
      "rate 0.002\x1b[K",
  );
  at(10, 1, 0);
  assertEquals(texts.at(-3), "\r\x1b[K");
  at(13, 1, 4);
  assertEquals(
    last(),
    `\r${"█".repeat(5)}${"░".repeat(7)} 4/10 epoch 2/3, about 15 s left, 133 tokens/s, ` +
      "loss 1.500, rate 0.002\x1b[K",
  );
  display.clear();
  display.clear();
  assertEquals(texts.filter((text) => text === "\r\x1b[K").length, 2);
});

Deno.test("the bar is no longer than a line", () => {
  const { last, at } = shown({ terminal: true, columns: () => 18 });
  at(0, 0, 0);
  assertEquals(last(), `\r${"░".repeat(12)} 0/10\x1b[K`);
});
