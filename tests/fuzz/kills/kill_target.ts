import { Random } from "../../../src/core/random.ts";
import { type Content, contentOf, differences } from "../faults/folders.ts";
import { lostFile, mayStay, prepareTask, type SmallTask } from "../small_tasks.ts";
import type { Failure, Findings, Target, TrialOptions } from "../target.ts";
import { type ProcessOutcome, TaskCopy } from "../task_copy.ts";

/** The number of seconds in which a task must end after a signal, on a slow machine. */
const SLOWEST_END = 30;

/** A kill: the signal, and its moment as a share of the time of an undisturbed run. */
interface Kill {
  readonly signal: Deno.Signal;
  readonly moment: number;
}

/**
 * Makes a target of a task that is killed several times in a row, at seeded moments, and then run
 * to its end. It must leave exactly the files of an undisturbed run.
 *
 * @param name The name of the target.
 * @param task The task.
 */
export function killTarget(name: string, task: SmallTask): Target {
  return {
    name,
    kind: "kills",
    show: (_, path) => Promise.resolve(path),
    async run(options): Promise<Findings> {
      await using tasks = await TaskCopy.make();
      const before = await Deno.makeTempDir({ prefix: "unroll-fuzz-" });
      try {
        await prepareTask(tasks, task, before);
        return await new Rounds(task, tasks, before).run(options);
      } finally {
        await Deno.remove(before, { recursive: true });
      }
    },
  };
}

class Rounds {
  readonly #task: SmallTask;
  readonly #tasks: TaskCopy;
  readonly #before: string;

  constructor(task: SmallTask, tasks: TaskCopy, before: string) {
    this.#task = task;
    this.#tasks = tasks;
    this.#before = before;
  }

  async run({ seed, count, seconds, path, failures, onTrial }: TrialOptions): Promise<Findings> {
    const end = performance.now() + seconds * 1000;
    await this.#tasks.put(this.#before);
    const begin = performance.now();
    const whole = await (await this.#tasks.start(this.#task.args)).outcome();
    const time = performance.now() - begin;
    if (whole.code !== 0) throw new Error(`Without a kill: ${whole.err}`);
    const wanted = await this.#content();
    const found: Failure[] = [];
    let trials = 0;
    for (let round = Number(path ?? 0); trials < count && found.length < failures; round++) {
      if (trials > 0 && (path !== null || performance.now() > end)) break;
      const kills = killsOf(seed, round).slice(0, path === null ? count - trials : undefined);
      const said = kills.map(({ signal, moment }) => `${signal} at ${moment.toFixed(3)}`).join(
        ", ",
      );
      const wrong = await this.#round(kills, time, wanted, () => {
        // If no time is left, a round ends after its first kill.
        if (trials > 0 && performance.now() > end) return false;
        onTrial(`${round}`);
        trials += 1;
        return true;
      });
      if (wrong !== null) found.push({ path: `${round}`, input: said, message: wrong });
    }
    return { trials, accepted: 0, failures: found };
  }

  /**
   * Kills a task as often as `begins` permits, lets it run to its end, and returns the problem, if
   * there is one.
   */
  async #round(
    kills: readonly Kill[],
    time: number,
    wanted: Content,
    begins: () => boolean,
  ): Promise<string | null> {
    const [task, tasks] = [this.#task, this.#tasks];
    await tasks.put(this.#before);
    for (const kill of kills) {
      if (!begins()) break;
      const outcome = await this.#killed(kill, time);
      const wrong = wrongEnd(kill, outcome) ?? await lostFile(task, tasks.folder);
      if (wrong !== null) return wrong;
    }
    // The next run must see the files of killed processes as a day old.
    await tasks.age();
    const { code, err } = await (await tasks.start(task.args)).outcome();
    if (code !== 0) return `Run again: it ended with ${code} and said\n${err}`;
    const differing = differences(await this.#content(), wanted);
    const lines = differing.slice(0, 8).map((line) => `Run again, a file ${line}`);
    return await lostFile(task, tasks.folder) ?? (lines.length > 0 ? lines.join("\n") : null);
  }

  async #killed({ signal, moment }: Kill, time: number): Promise<ProcessOutcome> {
    const running = await this.#tasks.start(this.#task.args);
    const send = (which: Deno.Signal) => {
      try {
        running.child.kill(which);
      } catch {
        // The process has just ended.
      }
    };
    const first = setTimeout(() => send(signal), moment * time);
    const last = setTimeout(() => send("SIGKILL"), moment * time + SLOWEST_END * 1000);
    try {
      return await running.outcome();
    } finally {
      clearTimeout(first);
      clearTimeout(last);
    }
  }

  async #content(): Promise<Content> {
    const made = new Set(await this.#tasks.made());
    const content = [...await contentOf(this.#tasks.folder)]
      .filter(([path]) => made.has(path) && !mayStay(path));
    return new Map(content.map(([path, digest]) => [path, this.#task.same(path) ? digest : ""]));
  }
}

/** Draws one to four kills, most of them by SIGKILL. */
function killsOf(seed: number, round: number): Kill[] {
  const random = new Random(seed).fork(round);
  return Array.from({ length: random.integer(1, 4) }, () => {
    const signals = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGINT", "SIGTERM"] as const;
    const signal = signals[random.integer(0, signals.length - 1)] ?? "SIGKILL";
    return { signal, moment: random.uniform(0, 1.1) };
  });
}

const codes: Readonly<Partial<Record<Deno.Signal, number>>> = { SIGINT: 130, SIGTERM: 143 };

/** Describes why the end of a killed task is not acceptable; `null` if it is. */
function wrongEnd(kill: Kill, { code, signal, err }: ProcessOutcome): string | null {
  const said = `After ${kill.signal} it ended with ${signal ?? code} and said\n${err}`;
  if (/^ +at |Uncaught/m.test(err)) return said;
  if (signal !== null) {
    return signal === kill.signal
      ? null
      : `It did not end within ${SLOWEST_END} s of ${kill.signal}`;
  }
  return code === 0 || code === codes[kill.signal] ? null : said;
}
