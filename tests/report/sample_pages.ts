import type { Page } from "../../src/report/markdown/markdown.ts";

/** Pages that use every binding. */
export function samplePages(): Map<string, Page> {
  const narrative = `# How gradients *vanish*: $\\rho(W_{hh})$

A recurrent network carries a state $h_t = \\tanh(W_{ih} x_t + W_{hh} h_{t-1})$ from step to step.
The gradient halves in {{metric:half-life}}, and the spectral radius is {{metric:radius.value}}
(interval {{metric:radius.interval}}, n = {{metric:radius.n}}). See {{ref:gradient-decay}} and
{{ref:eigenvalues}}, made with {{run:seeds}} seeds on \`{{run:backend}}\` ({{run:backend}}).

$$
\\frac{\\partial h_T}{\\partial h_{T-k}} = \\prod_{i=T-k+1}^{T} \\operatorname{diag}(1 - h_i^2)\\, W_{hh}
$$

{{figure:unfolding}}

## What was measured

{{claim:stable.finding}} {{claim:same.finding}}

**Claim.** {{claim:vanishing.statement}} {{claim:vanishing}} The estimate is
{{claim:vanishing.estimate}}, predicted {{claim:vanishing.prediction}} ({{claim:vanishing.p}}). With
{{parameter:hiddenSize}} hidden units, *the* second claim is {{claim:stable}}, and
{{claim:long-sequences.finding}} The bound {{check:bound}}, at worst {{check:bound.worst}} over it.
Of the gates, {{claim:lstm-gates/vanishing.finding}} ({{ref:lstm-gates/accuracy}}), and
{{metric:text-generation/perplexity}} elsewhere.

{{figure:gradient-decay}}

- one item with {{metric:half-life.low}}
- another with \`code\` and [a link](https://example.org/paper)

### A table

| a | b |
|---|--:|
| x | {{metric:radius.high}} |

{{figure:eigenvalues}}

A step takes {{metric:step-time}} ({{ref:time-by-length}}).

{{figure:time-by-length}}

{{table:times}}

\`\`\`sh
{{run:command}}
\`\`\`
`;
  const index = `# Recurrent networks, measured

What {{run:vanishing-gradients/seeds}} seeds say: the half-life is
{{metric:vanishing-gradients/half-life}}, and the first claim is
{{claim:vanishing-gradients/vanishing}} ({{ref:vanishing-gradients/gradient-decay}}).

## Findings

{{findings}}

## Claims and checks

{{tally}}

## Experiments

{{experiments}}

{{figure:vanishing-gradients/accuracy}}

An LSTM's step takes {{metric:lstm-gates/step-time.value}} ms ({{ref:lstm-gates/time-by-length}}).

{{figure:lstm-gates/time-by-length}}

{{table:lstm-gates/times}}
`;
  return new Map([
    ["index", { path: "reports/index.md", source: index }],
    ["vanishing-gradients", { path: "reports/vanishing-gradients.md", source: narrative }],
  ]);
}
