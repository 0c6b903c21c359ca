import { rootsBeyond } from "./arma_process.ts";
import { chooseDifferences } from "./choose_differences.ts";
import { fitOrder, type FittedSarima, leastValues } from "./sarima_fit.ts";
import type { CompleteOrder } from "./sarima_model.ts";

/** The largest orders of the search. */
const [MOST_ORDER, MOST_SEASONAL_ORDER] = [3, 1];
/** The longest season that has autoregressive and moving average orders: their lags cost time. */
const LONGEST_SEASON = 24;

/** The radius within which no root of a model may be, as in `auto.arima` of R. */
const LEAST_ROOT = 1.001;

/**
 * Whether no root is nearly on the unit circle. Such roots of both polynomials often cancel: the
 * likelihood is high there, but the model says nothing about the series.
 */
function isRegular({ parameters: { ar, ma, seasonalAr, seasonalMa } }: FittedSarima): boolean {
  const negative = (values: readonly number[]) => values.map((value) => -value);
  return [ar, seasonalAr, negative(ma), negative(seasonalMa)]
    .every((coefficients) => rootsBeyond(coefficients, LEAST_ROOT));
}

/**
 * Searches for the orders with the least AICc: from a few models, always on to the best neighbour.
 * Models with a root nearly on the unit circle are left out.
 *
 * Source: Hyndman & Khandakar (2008), doi:10.18637/jss.v027.i03, section 3.2.
 *
 * @param values The series [step], without missing values.
 * @param season The number of steps of a season.
 * @returns The fitted model.
 */
export function searchOrder(values: Float64Array, season: number): FittedSarima {
  const { differences: d, seasonalDifferences } = chooseDifferences(values, season);
  const drifts = d + seasonalDifferences < 2;
  const seasonal = season > 1 && season <= LONGEST_SEASON;
  const tried = new Set<string>();
  const tryOrder = (candidate: Candidate): FittedSarima | undefined => {
    const { p, q, seasonalP, seasonalQ, constant } = candidate;
    const order: CompleteOrder = {
      order: [p, d, q],
      seasonalOrder: [seasonalP, seasonalDifferences, seasonalQ],
      constant,
    };
    const permitted = Math.min(p, q, seasonalP, seasonalQ) >= 0 && Math.max(p, q) <= MOST_ORDER &&
      Math.max(seasonalP, seasonalQ) <= (seasonal ? MOST_SEASONAL_ORDER : 0) &&
      (drifts || !constant) && values.length >= leastValues(order, season);
    const key = JSON.stringify(order);
    if (!permitted || tried.has(key)) return undefined;
    tried.add(key);
    const fitted = fitOrder(order, values, season, 1);
    return Number.isFinite(fitted.aicc) && isRegular(fitted) ? fitted : undefined;
  };
  const s = seasonal ? 1 : 0;
  let best = fitOrder(
    { order: [0, d, 0], seasonalOrder: [0, seasonalDifferences, 0], constant: drifts },
    values,
    season,
    1,
  );
  tried.add(JSON.stringify(best.order));
  let candidates: Candidate[] = [
    { p: 2, q: 2, seasonalP: s, seasonalQ: s, constant: drifts },
    { p: 1, q: 0, seasonalP: s, seasonalQ: 0, constant: drifts },
    { p: 0, q: 1, seasonalP: 0, seasonalQ: s, constant: drifts },
    { p: 0, q: 0, seasonalP: 0, seasonalQ: 0, constant: false },
  ];
  while (candidates.length > 0) {
    let better = best;
    for (const candidate of candidates) {
      const fitted = tryOrder(candidate);
      if (fitted && fitted.aicc < better.aicc) better = fitted;
    }
    candidates = better === best ? [] : neighbours(better.order);
    best = better;
  }
  const thorough = fitOrder(best.order, values, season);
  return isRegular(thorough) ? thorough : best;
}

interface Candidate {
  readonly p: number;
  readonly q: number;
  readonly seasonalP: number;
  readonly seasonalQ: number;
  readonly constant: boolean;
}

/** The models that differ in one order by 1, in both plain or both seasonal ones, or the constant. */
function neighbours({ order, seasonalOrder, constant }: CompleteOrder): Candidate[] {
  const [p, , q] = order;
  const [seasonalP, , seasonalQ] = seasonalOrder;
  const moves = [[-1, 0], [1, 0], [0, -1], [0, 1], [-1, -1], [1, 1]] as const;
  return [
    ...moves.map(([a, b]) => ({
      p,
      q,
      seasonalP: seasonalP + a,
      seasonalQ: seasonalQ + b,
      constant,
    })),
    ...moves.map(([a, b]) => ({ p: p + a, q: q + b, seasonalP, seasonalQ, constant })),
    { p, q, seasonalP, seasonalQ, constant: !constant },
  ];
}
