import { calibrationBand } from "../../classification/calibration_band.ts";
import { calibrationFigure, recordDrawn } from "./figures.ts";
import { CHOSEN, type Outcomes } from "./outcomes.ts";
import type { Context } from "./parameters.ts";

/** The models whose calibration is drawn. */
const shown = [CHOSEN, "naive-bayes", "logistic"];

/**
 * Records calibration curves with bands, for the last class.
 *
 * @param context The run.
 * @param outcomes The findings.
 */
export function recordCalibration(context: Context, { texts: { data }, byModel }: Outcomes): void {
  const label = data.classes.length - 1;
  recordDrawn(
    context,
    calibrationFigure({
      id: "calibration",
      title: "Calibration",
      caption: "A model is calibrated if its line is on the diagonal: of the texts with a " +
        "predicted probability of 0.8, eight in ten are of the class. A line that is flatter than " +
        "the diagonal is overconfident. Texts of cross-validation. Bands: 95 % intervals over " +
        `texts and seeds (${context.seeds.length} for the network).`,
      label: data.classes[label] ?? "",
      curves: shown.flatMap((id) => {
        const outcome = byModel.get(id);
        if (!outcome) return [];
        const { labels, probabilities, indices, title } = outcome;
        return {
          name: title,
          bins: calibrationBand({ labels, probabilities }, {
            label,
            groups: indices.map((i) => data.texts[i]?.group ?? NaN),
            random: context.random("resamples"),
          }),
        };
      }),
      histogram: {
        title: "Predicted probabilities",
        caption: "A model that is sure has long bars at both ends. Number of texts by predicted " +
          "probability; the network: mean over seeds.",
      },
    }),
  );
}
