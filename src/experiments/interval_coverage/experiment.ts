import { defineExperiment, type Experiment } from "../../harness/experiment.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { parameters } from "./parameters.ts";

/**
 * Measures in simulations with a known truth how often the intervals and tests of this report are
 * right, and how many seeds detect an effect of which size. A seed is a repetition of the whole
 * simulation.
 */
export const intervalCoverage: Experiment<typeof parameters> = defineExperiment({
  id: "interval-coverage",
  title: "Do the intervals cover?",
  question:
    "How often do 95 % intervals contain the true value, and which effects do n seeds detect?",
  version: 1,
  parameters,
  hypotheses,
  async run(context) {
    const { simulateIntervals } = await import("./simulate_intervals.ts");
    const { simulateFamilies } = await import("./simulate_families.ts");
    const { recordCoverage } = await import("./record_coverage.ts");
    const { recordFamilies } = await import("./record_power.ts");
    const { recordPower } = await import("./record_power.ts");
    const { recordShares } = await import("./record_coverage.ts");
    const { seeds } = context;
    const intervals = await context.each("intervals", seeds, (seed) => {
      return simulateIntervals(context, seed);
    });
    const families = await context.each("families of claims", seeds, (seed) => {
      return simulateFamilies(context, seed);
    });
    recordCoverage(context, intervals);
    recordShares(context);
    recordFamilies(context, families);
    recordPower(context, intervals);
  },
});
