import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { estimate } from "../../src/statistics/estimate.ts";
import type { BackendDescription } from "../../src/core/backend.ts";
import { thisMachine } from "../../src/platform/runtime.ts";
import { defineExperiment } from "../../src/harness/experiment.ts";
import { type PartStore, type Progress, runExperiment } from "../../src/harness/run.ts";

const backend: BackendDescription = { name: "cpu", adapter: null, versions: { deno: "2" } };
const values = [0.4, 0.5, 0.6];

const hypotheses = {
  claims: {
    late: {
      statement: "It is small.",
      source: "this report",
      measure: "size",
      statistic: "mean",
      predicts: { relation: "below", value: 1, smallestEffect: 0.1, reason: "A tenth." },
      family: "sizes",
      findings: {
        supported: "It is {estimate}: small.",
        refuted: "It is {estimate}: large.",
        equivalent: "It is {estimate}: 1.",
        undecided: "It is {estimate}.",
      },
      frozen: { date: "2026-11-27", commit: null },
      revisions: [],
    },
  },
  checks: {},
};

/** Defines an experiment that draws a number for each seed, and then calls `record`. */
function drawing(record: Parameters<typeof defineExperiment>[0]["run"] = () => Promise.resolve()) {
  return defineExperiment({
    id: "drawing",
    title: "Drawing",
    question: "What is drawn?",
    version: 1,
    parameters: { scale: z.number().default(1).describe("scale") },
    async run(context) {
      const draws = await context.each(
        "draws",
        context.seeds,
        (seed) => context.parameters.scale * context.random(seed, "draw").normal(),
      );
      context.table({
        id: "draws",
        title: "Draws",
        columns: [{ name: "seed", label: "seed" }, { name: "draw", label: "draw" }],
        rows: context.seeds.map((seed, i) => [seed, draws[i] ?? null]),
      });
      await record(context);
    },
  });
}

const options = { parameters: { scale: 1 }, seeds: [1, 2, 3], backend };

Deno.test("runExperiment() completes and checks parameters", async () => {
  const { result } = await runExperiment(drawing(), { ...options, parameters: {} });
  assertEquals(result.parameters, { scale: 1 });
  await assertRejects(
    () => runExperiment(drawing(), { ...options, parameters: { scale: NaN } }),
    InputError,
    "scale must be a number",
  );
});

Deno.test("ExperimentContext.each() refuses a part that JSON would change", async () => {
  const experiment = drawing(async (context) => {
    await context.each("arrays", [1], () => new Float32Array(2));
  });
  await assertRejects(
    () => runExperiment(experiment, options),
    InputError,
    "part 1 of arrays must be a value that JSON can represent, found a Float32Array of 2",
  );
});

Deno.test("ExperimentContext.random() does not depend on the other seeds", async () => {
  const [all, one] = await Promise.all([
    runExperiment(drawing(), options),
    runExperiment(drawing(), { ...options, seeds: [2] }),
  ]);
  assertEquals(all.result.tables[0]?.rows[1], one.result.tables[0]?.rows[0]);
});

Deno.test("runExperiment() uses kept parts, and returns the same result", async () => {
  const kept = new Map<string, unknown>();
  let reads = 0;
  const parts: PartStore = {
    read(name) {
      if (kept.has(name)) reads += 1;
      return Promise.resolve(kept.get(name));
    },
    write(name, value) {
      kept.set(name, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
  const first = await runExperiment(drawing(), { ...options, parts });
  assertEquals([kept.size, reads], [3, 0]);
  const progress: Progress[] = [];
  const onProgress = (step: Progress) => progress.push(step);
  const second = await runExperiment(drawing(), { ...options, parts, onProgress });
  assertEquals(reads, 3);
  assertEquals(second.result, first.result);
  assertEquals(progress.map(({ done, total, kept }) => [done, total, kept]), [
    [0, 3, false],
    [1, 3, true],
    [2, 3, true],
    [3, 3, true],
  ]);
});

Deno.test("runExperiment() decides claims, and refuses a run without a declared one", async () => {
  const declared = { ...drawing(), hypotheses };
  const seeds = Array.from({ length: 10 }, (_, i) => i);
  const claiming = {
    ...declared,
    run: (context: Parameters<typeof declared.run>[0]) =>
      context.claim("late", { values: seeds.map((seed) => 0.5 + seed / 100) }),
  };
  const { result } = await runExperiment(defineExperiment(claiming), { ...options, seeds });
  assertEquals(result.claims.map(({ id, verdict }) => [id, verdict]), [["late", "supported"]]);
  await assertRejects(
    () => runExperiment(defineExperiment(declared), options),
    InputError,
    'each declared claim and check must be recorded by the run, found "late"',
  );
});

const figure = {
  id: "f",
  kind: "chart" as const,
  title: "F",
  caption: "F.",
  alt: "F",
  x: { label: "seed", scale: "linear" as const },
  y: { label: "draw", scale: "linear" as const },
};

Deno.test("ExperimentContext refuses records that a report could not show", async (t) => {
  const refused = async (
    record: Parameters<typeof drawing>[0],
    message: string,
  ) => {
    const error = await assertRejects(() => runExperiment(drawing(record), options), InputError);
    assertEquals(error.message, message);
  };
  await t.step("NaN in a table", () =>
    refused((context) => {
      const columns = [{ name: "a", label: "a" }];
      context.table({ id: "nan", title: "N", columns, rows: [[1], [NaN]] });
      return Promise.resolve();
    }, "table nan, row 1, column a must be a finite number, text or null, found NaN"));
  await t.step("a row that is too short", () =>
    refused((context) => {
      const columns = [{ name: "a", label: "a" }, { name: "b", label: "b" }];
      context.table({ id: "short", title: "S", columns, rows: [[1]] });
      return Promise.resolve();
    }, "table short, row 0 must be of 2 cells, one for each column, found [1]"));
  await t.step("a figure of an unknown table", () =>
    refused((context) => {
      const layers = [{ mark: "point" as const, table: "drawn", x: "seed", y: "draw" }];
      context.figure({ ...figure, layers });
      return Promise.resolve();
    }, 'figure f: table must be one of draws, found "drawn"'));
  await t.step("a figure of an unknown column", () =>
    refused((context) => {
      const layers = [{ mark: "point" as const, table: "draws", x: "seed", y: "drow" }];
      context.figure({ ...figure, layers });
      return Promise.resolve();
    }, 'figure f: column of draws must be one of seed, draw, found "drow"'));
  await t.step("an id that cannot name a file", () =>
    refused(
      (context) => {
        context.metric({ id: "../m", label: "m", values });
        return Promise.resolve();
      },
      "metric ../m: id must be lower-case letters and digits, with single hyphens between them, " +
        'found "../m"',
    ));
  await t.step("two columns of the same name", () =>
    refused((context) => {
      const columns = [{ name: "a", label: "a" }, { name: "a", label: "b" }];
      context.table({ id: "t", title: "T", columns, rows: [] });
      return Promise.resolve();
    }, 'table t: names of columns must be all different, found ["a", "a"]'));
  await t.step("a group of parts twice", () =>
    refused(async (context) => {
      await context.each("draws", [1], () => 1);
    }, 'group of parts must be a name used once, found "draws"'));
  await t.step("an id twice", () =>
    refused((context) => {
      context.metric({ id: "m", label: "m", values });
      context.metric({ id: "m", label: "m", values });
      return Promise.resolve();
    }, 'metric id must be recorded once, found "m"'));
});

const times = {
  id: "times",
  title: "Times",
  columns: [{ name: "seed", label: "seed" }, { name: "draw", label: "time", unit: "s" }],
  rows: [[1, 0.5]],
};
const layers = [{ mark: "point" as const, table: "times", x: "seed", y: "draw" }];

Deno.test("ExperimentContext.once() computes a single part, keeps it and reports its progress", async () => {
  const kept = new Map<string, unknown>();
  const parts: PartStore = {
    read: (name) => Promise.resolve(kept.get(name)),
    write: (name, value) => Promise.resolve(void kept.set(name, value)),
  };
  const found: unknown[] = [];
  const once = defineExperiment({
    ...{ id: "once", title: "Once", question: "Is it kept?", version: 1, parameters: {} },
    async run(context) {
      found.push(
        await context.once("training", ({ progress }) => {
          progress(1, 4);
          return { loss: 0.5 };
        }),
      );
    },
  });
  const seen: string[] = [];
  const onProgress = ({ group, done, total, fraction }: Progress) =>
    seen.push(`${group} ${done}/${total} ${fraction ?? ""}`);
  await runExperiment(once, { parameters: {}, seeds: [1], backend, parts, onProgress });
  await runExperiment(once, { parameters: {}, seeds: [1], backend, parts });
  assertEquals(found, [{ loss: 0.5 }, { loss: 0.5 }]);
  assertEquals(seen, ["training 0/1 ", "training 0/1 0.25", "training 1/1 "]);
  assertEquals(kept.size, 1);
});

Deno.test("ExperimentContext.machine keeps its records apart from the result", async () => {
  const plain = await runExperiment(drawing(), options);
  const { result, machine } = await runExperiment(
    drawing((context) => {
      context.machine.metric({ id: "time", label: "time", unit: "s", values });
      context.machine.table(times);
      context.machine.figure({ ...figure, layers });
      return Promise.resolve();
    }),
    options,
  );
  assertEquals(result, plain.result);
  assertEquals(plain.machine, { ...thisMachine(), metrics: [], tables: [], figures: [] });
  assertEquals(machine, {
    ...thisMachine(),
    metrics: [
      {
        ...{ id: "time", label: "time", unit: "s", values },
        ...{ labels: [1, 2, 3], statistic: "mean" as const, estimate: estimate(values) },
      },
    ],
    tables: [times],
    figures: [{ ...figure, layers }],
  });
});

Deno.test("ExperimentContext.machine checks its records", async (t) => {
  const refused = async (record: Parameters<typeof drawing>[0], message: string) => {
    const error = await assertRejects(() => runExperiment(drawing(record), options), InputError);
    assertEquals(error.message, message);
  };
  await t.step("a time that is NaN", () =>
    refused((context) => {
      context.machine.table({ ...times, rows: [[1, Infinity]] });
      return Promise.resolve();
    }, "table times, row 0, column draw must be a finite number, text or null, found Infinity"));
  await t.step("a figure of a table of the result", () =>
    refused((context) => {
      context.machine.table(times);
      const layers = [{ mark: "point" as const, table: "draws", x: "seed", y: "draw" }];
      context.machine.figure({ ...figure, layers });
      return Promise.resolve();
    }, 'figure f: table must be one of times, found "draws"'));
  await t.step("a figure of the result of a table of the machine", () =>
    refused((context) => {
      context.machine.table(times);
      context.figure({ ...figure, layers });
      return Promise.resolve();
    }, 'figure f: table must be one of draws, found "times"'));
  await t.step("an id of the result", () =>
    refused(
      (context) => {
        context.machine.table({ ...times, id: "draws" });
        return Promise.resolve();
      },
      'table id must be in the result or in the record of the machine, not in both, found "draws"',
    ));
});

Deno.test("runExperiment() requires distinct seeds that are integers from 0", async () => {
  for (const seeds of [[], [1, 1], [1.5], [-1]]) {
    await assertRejects(
      () => runExperiment(drawing(), { ...options, seeds }),
      InputError,
      "seeds must be at least one integer from 0, all different",
    );
  }
});

/** Waits a moment, in which work that is not awaited continues. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("runExperiment() refuses a run that ends before its parts, and stops the parts", async () => {
  let computed = 0;
  const experiment = drawing((context) => {
    // This group of parts is not awaited.
    context.each("draws again", context.seeds, async () => {
      await moment();
      computed += 1;
    });
    return Promise.resolve();
  });
  const error = await assertRejects(() => runExperiment(experiment, options), InputError);
  assertEquals(
    error.message,
    'a group of parts must be awaited before run ends, found "draws again". ' +
      'Write: await context.each("draws again", ...)',
  );
  const before = computed;
  await moment();
  await moment();
  assertEquals([before, computed], [1, 1]);
});

Deno.test("runExperiment() waits for the other parts if one fails, and throws its error", async () => {
  let computing = false;
  const experiment = drawing(async (context) => {
    await Promise.all([
      context.each("slow", [1, 2], async () => {
        computing = true;
        await moment();
        computing = false;
      }),
      context.each("wrong", [1], () => {
        throw new RangeError("wrong");
      }),
    ]);
  });
  await assertRejects(() => runExperiment(experiment, options), RangeError, "wrong");
  assertEquals(computing, false);
});

Deno.test("ExperimentContext refuses records and parts after the run", async () => {
  const late: Promise<unknown>[] = [];
  const experiment = drawing((context) => {
    const after = async (record: () => unknown) => {
      await moment();
      await record();
    };
    const rows = [[1]];
    const columns = [{ name: "a", label: "a" }];
    late.push(
      after(() => context.metric({ id: "late", label: "l", values })),
      after(() => context.table({ id: "late", title: "L", columns, rows })),
      after(() => context.machine.metric({ id: "late", label: "l", values })),
      after(() => context.claim("late", { values })),
      after(() => context.each("late", [1], () => 1)),
    );
    late.forEach((one) => one.catch(() => {}));
    return Promise.resolve();
  });
  const { result } = await runExperiment(experiment, options);
  assertEquals([result.metrics, result.claims], [[], []]);
  const wanted = ["metric late", "table late", "metric late", "claim late", "parts of late"];
  for (const [i, what] of wanted.entries()) {
    const error = await assertRejects(() => late[i] ?? Promise.resolve(), InputError);
    assertEquals(
      error.message,
      `records and parts of an experiment must be made before its run ends, found "${what}". ` +
        "Write `await` before each asynchronous call in run, such as context.each.",
    );
  }
});

Deno.test("runExperiment() accepts a synchronous run", async () => {
  const experiment = defineExperiment({
    ...{ id: "at-once", title: "T", question: "Q?", version: 1, parameters: {} },
    run: (context) => context.metric({ id: "m", label: "m", values }),
  });
  const { result } = await runExperiment(experiment, { ...options, parameters: {} });
  assertEquals(result.metrics.map(({ id }) => id), ["m"]);
});

Deno.test("ExperimentContext.each() accepts names of Object's own properties as groups, and refuses invalid ones", async () => {
  const experiment = drawing(async (context) => {
    await context.each("constructor", ["toString"], () => 1);
  });
  const { timings } = await runExperiment(experiment, options);
  assertEquals(Object.keys(timings), ["draws", "constructor"]);
  const cases: [unknown[], string][] = [
    [["", [1], () => 1], 'group of parts must be a name, found ""'],
    [["__proto__", [1], () => 1], 'group of parts must be a name, found "__proto__"'],
    [["g", 3, () => 1], "items of g must be a list of texts and numbers, found 3"],
    [["g", [1n], () => 1], "items of g must be a list of texts and numbers, found [1n]"],
    [["g", [NaN], () => 1], "items of g must be a list of texts and numbers, found [NaN]"],
    [["g", [1], 5], "compute of g must be a function of an item, found 5"],
    [["g", [1], () => 1n], "part 1 of g must be a value that JSON can represent, found 1n"],
    [
      ["g", ["a"], () => ({ loss: [NaN] })],
      "part a of g.loss[0] must be a finite number, found NaN",
    ],
  ];
  for (const [given, message] of cases) {
    const wrong = drawing(async (context) => {
      await Reflect.apply(context.each, context, given);
    });
    const error = await assertRejects(() => runExperiment(wrong, options), InputError);
    assertEquals(error.message, message);
  }
  const both = drawing(async (context) => {
    await Promise.all([context.each("g", [1], moment), context.each("g", [2], moment)]);
  });
  const error = await assertRejects(() => runExperiment(both, options), InputError);
  assertEquals(error.message, 'group of parts must be a name used once, found "g"');
});

Deno.test("runExperiment() refuses invalid options before it runs", async () => {
  const never = drawing(() => {
    throw new Error("it ran");
  });
  // The options have types that only a JavaScript caller can pass.
  const message = async (...given: unknown[]) =>
    (await assertRejects(() => Reflect.apply(runExperiment, null, given), InputError)).message;
  assertEquals(
    await message(never, { ...options, onprogress: () => {} }),
    "an option of runExperiment must be one of parameters, seeds, backend, parts, readFile, " +
      'onProgress, signal, found "onprogress". Did you mean onProgress?',
  );
  assertEquals(
    await message(never, undefined),
    "options of runExperiment must be an object such as { parameters, seeds }, found undefined",
  );
  assertEquals(
    await message(never, { seeds: [1], backend }),
    "parameters must be an object with values by name, found undefined",
  );
  assertEquals(
    await message(never, { ...options, parameters: { scale: 1n } }),
    "scale must be a number, found 1n",
  );
  for (const seeds of [undefined, 3, "123", [1n]]) {
    assertEquals(
      (await message(never, { ...options, seeds })).replace(/, found.*/, ""),
      "seeds must be at least one integer from 0, all different",
    );
  }
  assertEquals(
    await message(never, { ...options, backend: "cpu" }),
    'backend must be the description of a backend, found "cpu". ' +
      "selectBackend returns it as `description`.",
  );
  assertEquals(
    await message({ id: "x", run: () => {} }, options),
    "title of experiment x must be a text, found undefined",
  );
});

Deno.test("runExperiment() reports the progress within a part", async () => {
  const experiment = drawing(async (context) => {
    await context.each("halves", ["a", "b"], (item, { progress }) => {
      if (item === "a") progress(1, 2);
      // Invalid progress must still be a fraction from 0 to 1.
      else for (const [done, total] of [[3, 2], [-1, 2], [0, 0]] as const) progress(done, total);
      return 1;
    });
  });
  const told: Progress[] = [];
  await runExperiment(experiment, { ...options, onProgress: (step) => told.push(step) });
  const found = told.filter(({ group }) => group === "halves");
  assertEquals(found.map(({ done, fraction }) => [done, fraction]), [
    [0, undefined],
    [0, 0.5],
    [1, undefined],
    [1, 1],
    [1, 0],
    [1, 0],
    [2, undefined],
  ]);
});

/** Runs a million parts, which would take an hour, until `options` stop it. */
async function stopped(
  more: Partial<Parameters<typeof runExperiment>[1]>,
): Promise<{ readonly reason: unknown; readonly parts: number }> {
  let parts = 0;
  const experiment = drawing(async (context) => {
    await context.each("many", Array.from({ length: 1e6 }, (_, i) => i), () => {
      const end = performance.now() + 4;
      while (performance.now() < end);
      return ++parts;
    });
  });
  const reason = await assertRejects(() => runExperiment(experiment, { ...options, ...more }));
  return { reason, parts };
}

Deno.test("runExperiment() stops before the next part if a timer aborts the signal", async () => {
  const signal = AbortSignal.timeout(100);
  const { reason, parts } = await stopped({ signal });
  assertEquals(reason, signal.reason);
  assert(parts < 1e6);
});

Deno.test("runExperiment() computes no part if its signal is aborted", async () => {
  const reason = new Error("enough");
  assertEquals(await stopped({ signal: AbortSignal.abort(reason) }), { reason, parts: 0 });
});

Deno.test("runExperiment() throws the error of onProgress after the finished part is kept", async () => {
  const kept: string[] = [];
  const error = new Error("enough");
  const found = await stopped({
    parts: {
      read: () => Promise.resolve(undefined),
      write: (name) => Promise.resolve(void kept.push(name)),
    },
    onProgress({ group, done }) {
      if (group === "many" && done === 2) throw error;
    },
  });
  assertEquals(found, { reason: error, parts: 2 });
  assertEquals(kept.slice(-2), ['["many",0]', '["many",1]']);
});

Deno.test("ExperimentContext.signal and the signal of a part are the signal of the run", async () => {
  const { signal } = new AbortController();
  const found: AbortSignal[] = [];
  const experiment = drawing(async (context) => {
    found.push(context.signal);
    await context.each("one", [1], (_, part) => found.push(part.signal));
  });
  await runExperiment(experiment, { ...options, signal });
  assertEquals(found.map((one) => one === signal), [true, true]);
  await runExperiment(experiment, options);
  assertEquals(found[2]?.aborted, false);
});

Deno.test("runExperiment() freezes the parameters, seeds and backend of the context", async () => {
  const given = { nested: { sizes: [3, 5] } };
  const seeds = [42, 7];
  const writes:
    ((context: { readonly parameters: object; readonly seeds: readonly number[] }) => void)[] = [
      ({ parameters }) => Object.assign(parameters, { n: 999 }),
      ({ parameters }) => {
        const sizes: number[] = Reflect.get(Reflect.get(parameters, "nested"), "sizes");
        sizes.push(8);
      },
      ({ seeds }) => Object.assign(seeds, { 0: 43 }),
      (context) => Object.assign(context, { seeds: [43] }),
      (context) => Object.assign(Reflect.get(context, "backend"), { name: "webgpu" }),
      ({ seeds }) => Reflect.get(seeds, "push").call(seeds, 77),
    ];
  const experiment = (write: (typeof writes)[number]) =>
    defineExperiment({
      id: "writing",
      title: "Writing",
      question: "What does it write to?",
      version: 1,
      parameters: {
        n: z.int().default(2).describe("n"),
        nested: z.object({ sizes: z.array(z.int()) }).default({ sizes: [1] }).describe("nested"),
      },
      run: (context) => write(context),
    });
  for (const write of writes) {
    await assertRejects(
      () => runExperiment(experiment(write), { parameters: given, seeds, backend }),
      TypeError,
    );
  }
  // The caller's values are not frozen, and later changes of them do not change the result.
  const { result } = await runExperiment(
    experiment(() => {
      seeds.push(77);
      given.nested.sizes.push(8);
    }),
    { parameters: given, seeds, backend },
  );
  assertEquals(result.parameters, { n: 2, nested: { sizes: [3, 5] } });
  assertEquals(result.seeds, [42, 7]);
  assertEquals([seeds, given.nested.sizes], [[42, 7, 77], [3, 5, 8]]);
});
