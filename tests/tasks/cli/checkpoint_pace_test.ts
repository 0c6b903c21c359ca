import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointPace } from "../../../tasks/cli/checkpoint_pace.ts";

Deno.test("CheckpointPace limits writing to a twentieth of the time, for any duration of a write", async () => {
  let [time, writing] = [0, 0];
  const written: number[] = [];
  const pace = new CheckpointPace((epoch: number) => {
    written.push(epoch);
    // A checkpoint of many epochs takes longer to write than one of few epochs.
    [time, writing] = [time + epoch / 1000, writing + epoch / 1000];
    return Promise.resolve();
  }, () => time);
  for (let epoch = 1; time < 1_000_000; epoch++) {
    time += 1;
    await pace.take(epoch, false);
  }
  assert(writing / time < 0.05 && writing / time > 0.04, `${writing / time}`);
  assert(written.length > 100, `${written.length}`);
});

Deno.test("CheckpointPace holds back one checkpoint at most, the last, until it must be written", async () => {
  let time = 0;
  const written: string[] = [];
  const pace = new CheckpointPace((checkpoint: string) => {
    written.push(checkpoint);
    time += 1;
    return Promise.resolve();
  }, () => time);
  await pace.take("first", false);
  assertEquals(written, ["first"]);
  await pace.take("second", false);
  await pace.take("third", false);
  assertEquals(written, ["first"]);
  await pace.flush();
  await pace.flush();
  assertEquals(written, ["first", "third"]);
  await pace.take("fourth", false);
  await pace.take("fifth", true);
  await pace.flush();
  assertEquals(written, ["first", "third", "fifth"]);
  time += 100;
  await pace.take("sixth", false);
  assertEquals(written.at(-1), "sixth");
});

Deno.test("CheckpointPace throws the error of a checkpoint that cannot be written", async () => {
  const pace = new CheckpointPace(() => Promise.reject(new Error("full")));
  await assertRejects(() => pace.take(1, false), Error, "full");
  await pace.flush();
});
