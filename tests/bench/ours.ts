import type { Executor, Session } from "../../src/kernels/executor.ts";
import type { Tensor } from "./data.ts";
import { hyperRows } from "./hyper.ts";
import { mean, norm } from "./norms.ts";
import { writeStep } from "./ours_commands.ts";
import { CHUNK, layoutWorkload, type Places, updates } from "./ours_layout.ts";
import type { Timed } from "./timed.ts";
import { CHECKED_TOKENS, type Workload } from "./workload.ts";

/**
 * Makes a workload ready on the kernels of this library, many steps a call.
 *
 * @throws {InputError} Where the arena is larger than the backend can hold.
 */
export async function ours(
  workload: Workload,
  drawn: readonly Tensor[],
  executor: Executor,
): Promise<Timed> {
  const places = layoutWorkload(workload, drawn);
  const routines = { step: writeStep(workload, places) };
  const session = executor.start({ size: places.size, routines }, workload.replicas);
  fill(session, workload, drawn, places);
  const timed = workload.task === "generation"
    ? await generation(session, places)
    : updates(workload)
    ? await training(session, workload, places)
    : await gradients(session, workload, drawn, places);
  const setting = updates(workload) ? `${CHUNK} steps a call` : "";
  return { ...timed, setting, dispose: () => session.dispose() };
}

type Part = Pick<Timed, "checks" | "run">;

/** Writes the weights and data, and zeros where a first step needs them. */
function fill(
  session: Session,
  { replicas, task }: Workload,
  drawn: readonly Tensor[],
  places: Places,
): void {
  const { weightArea, gradientArea, m, v, initial, data, dOutput } = places;
  const constant = (region: { offset: number; size: number }, value: number): void =>
    session.write(region, new Float32Array(region.size * replicas).fill(value));
  for (const region of [weightArea, gradientArea, m, v, ...initial]) {
    if (region.size > 0) constant(region, 0);
  }
  const target = data.get("target");
  if (task === "flow" && target) constant(target, 0);
  if (task === "recurrence") constant(dOutput, 1);
  for (const { name, values } of drawn) {
    const region = places.weights.get(name) ?? data.get(name);
    if (region) session.write(region, values);
  }
}

async function training(session: Session, workload: Workload, places: Places): Promise<Part> {
  const { replicas } = workload;
  const rows = places.hyper.size / CHUNK;
  let taken = 0;
  const advance = async (times: number): Promise<Float32Array> => {
    for (let left = times; left > 0;) {
      const steps = Math.min(left, CHUNK);
      const hyper = hyperRows(taken + 1, steps, workload.task === "language");
      const all = new Float32Array(replicas * steps * rows);
      for (let r = 0; r < replicas; r++) all.set(hyper, r * hyper.length);
      session.write({ offset: places.hyper.offset, size: steps * rows }, all);
      session.run("step", steps);
      taken += steps;
      left -= steps;
    }
    // One loss is read back at the end, which waits for all the steps before it.
    return await session.read({ offset: places.losses.offset, size: 1 });
  };
  const checks = [mean(await advance(1)), mean(await advance(1))];
  return { checks, run: async (times) => void await advance(times) };
}

async function gradients(
  session: Session,
  { task }: Workload,
  drawn: readonly Tensor[],
  places: Places,
): Promise<Part> {
  const first = { offset: places.losses.offset, size: 1 };
  session.run("step");
  const parameters = drawn.filter(({ parameter }) => parameter);
  const found: Float32Array[] = [];
  for (const { name } of parameters) {
    const region = places.gradients.get(name);
    if (region) found.push(await session.read(region));
  }
  const norms = [norm([await session.read(places.dX)]), norm(found)];
  const checks = task === "flow" ? [mean(await session.read(first)), ...norms] : norms;
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) session.run("step");
      await session.read({ offset: places.dX.offset, size: 1 });
    },
  };
}

async function generation(session: Session, { data, initial, logits }: Places): Promise<Part> {
  const ids = data.get("ids") ?? { offset: 0, size: 1 };
  let id = 1;
  const next = async (): Promise<number> => {
    session.write(ids, Float32Array.of(id));
    session.run("step");
    const found = await session.read(logits);
    const largest = found.reduce((a, b) => Math.max(a, b), -Infinity);
    id = found.indexOf(largest);
    return largest;
  };
  const checks: number[] = [];
  while (checks.length < CHECKED_TOKENS) checks.push(await next());
  for (const { offset, size } of initial) session.write({ offset, size }, new Float32Array(size));
  id = 1;
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) await next();
    },
  };
}
