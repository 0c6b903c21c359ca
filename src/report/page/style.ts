import { baseColours, type Colour, declarations, seriesColours } from "../figure/svg/palette.ts";

const pageColours: readonly Colour[] = [
  ...baseColours,
  ...seriesColours,
  { variable: "--panel", light: "#f4f6f7", dark: "#1c2126" },
  { variable: "--alarm", light: "#fdecea", dark: "#3a1d1b" },
  { variable: "--link", light: "#0a4cb5", dark: "#82b4ff" },
  { variable: "--supported", light: "#0a6640", dark: "#63d6a0" },
  { variable: "--refuted", light: "#b3261e", dark: "#ff9a8d" },
  { variable: "--equivalent", light: "#5b3aa6", dark: "#c4adff" },
  { variable: "--undecided", light: "#6b5200", dark: "#e6c65c" },
];

/**
 * The style of every page. Lines of text have about 70 characters; figures and tables may be wider.
 * Each figure has two drawings. The page displays the drawing for the width of the screen.
 */
export const style = `
:root { color-scheme: light dark; ${declarations("light", pageColours)} }
@media (prefers-color-scheme: dark) { :root { ${declarations("dark", pageColours)} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--bg); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
header, main, footer { max-width: 49rem; margin: 0 auto; padding: 0 1rem; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
a:hover { text-decoration-thickness: 0.12em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; top: 0; padding: 0.5rem 1rem; background: var(--bg); }
.skip:focus { left: 0; z-index: 1; }

nav { border-bottom: 1px solid var(--grid); padding: 0.9rem 0 0.7rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.2rem 1.3rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.15rem 0; font-size: 0.9375rem; text-decoration: none; color: var(--muted); }
nav a:hover { color: var(--link); text-decoration: underline; }
nav a[aria-current] { color: var(--ink); font-weight: 600; box-shadow: 0 2px var(--ink); }

h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; letter-spacing: -0.01em; }
h1 { font-size: clamp(1.7rem, 1.3rem + 1.8vw, 2.3rem); margin: 2.2rem 0 1.2rem; font-weight: 700; }
h2 { font-size: 1.4rem; margin: 3rem 0 0.9rem; }
h3 { font-size: 1.12rem; margin: 2.2rem 0 0.6rem; }
h4 { font-size: 1rem; margin: 1.8rem 0 0.5rem; }
p, main > ul, main > ol, blockquote, h1, h2, h3, h4 { max-width: 42rem; }
p { margin: 0 0 1rem; }
li > p:last-child { margin-bottom: 0; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--muted); }
hr { border: 0; border-top: 1px solid var(--grid); margin: 2rem 0; }
.question { font-size: 1.2rem; line-height: 1.45; color: var(--muted); }
sub, sup { font-size: 0.75em; line-height: 0; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
.word { white-space: nowrap; }
:not(pre) > code { background: var(--panel); padding: 0.1em 0.3em; border-radius: 3px; }
pre { margin: 0 0 1rem; padding: 0.75rem 1rem; background: var(--panel); border-radius: 4px; overflow-x: auto; line-height: 1.45; }
math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math", "TeX Gyre DejaVu Math", "DejaVu Math TeX Gyre", math; font-size: 1.06em; }
.equation { margin: 1.2rem 0; padding: 0.3rem 0; max-width: 42rem; overflow-x: auto; overflow-y: hidden; }

figure { margin: 2.2rem 0 2.4rem; }
figure svg { display: block; overflow: visible; }
.wide { overflow-x: auto; }
.narrow { display: none; }
@media screen and (max-width: 49rem) { .wide { display: none; } .narrow { display: block; } .narrow svg { max-width: 100%; height: auto; } }
figcaption { margin-top: 0.9rem; max-width: 42rem; font-size: 0.9375rem; line-height: 1.5; }
.note { margin: 0.35rem 0 0; font-size: 0.875rem; color: var(--muted); }
.scroll + .note { margin: -1.3rem 0 1.8rem; }
.downloads { display: flex; flex-wrap: wrap; gap: 0 1.2rem; margin: 0.35rem 0 0; padding: 0; list-style: none; font-size: 0.875rem; color: var(--muted); }

.scroll { margin: 1.2rem 0 1.8rem; overflow: auto; container-type: inline-size; }
.scroll, .equation {
  background:
    linear-gradient(to right, var(--bg) 1.4rem, transparent) left / 2.4rem 100% no-repeat local,
    linear-gradient(to left, var(--bg) 1.4rem, transparent) right / 2.4rem 100% no-repeat local,
    linear-gradient(to right, var(--line), transparent) left / 0.6rem 100% no-repeat scroll,
    linear-gradient(to left, var(--line), transparent) right / 0.6rem 100% no-repeat scroll;
}
details.rows { margin: 1.2rem 0 1.8rem; }
details.rows .scroll { margin: 0.8rem 0 0; }
details.rows caption { display: none; }
summary { cursor: pointer; }
summary:hover { text-decoration: underline; }
table { border-collapse: collapse; font-size: 0.9375rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; }
/* As wide as the visible part of a table that scrolls. */
caption > span { position: sticky; left: 0; display: inline-block; max-width: 100cqi; }
th, td { padding: 0.5rem 1.1rem 0.5rem 0; text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0.2rem; }
thead th { font-weight: 600; font-size: 0.875rem; color: var(--muted); vertical-align: bottom; border-bottom: 1px solid var(--line); }
tbody tr { border-bottom: 1px solid var(--grid); }
tbody th { min-width: 8rem; }
.method { min-width: 10rem; }
.number { text-align: right; white-space: nowrap; }
.measured { white-space: normal; }
th.number { white-space: normal; min-width: 5.5rem; }
.checks { font-size: 0.875rem; }
.checks th[scope="row"] { min-width: 15rem; }
.checks td:nth-child(3) { white-space: normal; min-width: 8rem; }
.checks .failed, .tally .fails { background: var(--alarm); }
.checks .failed th[scope="row"] { padding-left: 0.5rem; box-shadow: inset 4px 0 var(--refuted); }
.tally { font-size: 0.875rem; }
.tally th, .tally td { padding-right: 0.35rem; }
.tally thead th { white-space: normal; font-size: 0.75rem; line-height: 1.3; }
.tally thead th.number { min-width: 3.4rem; }
.tally tbody th { min-width: 6.5rem; }
.tally [class*="head-"] { white-space: normal; }
.head-supported { color: var(--supported); }
.head-refuted { color: var(--refuted); }
.head-equivalent { color: var(--equivalent); }
.head-undecided { color: var(--undecided); }
.tally tfoot tr { font-weight: 600; }
.tally tfoot th { font-weight: 600; }
.detail { display: block; margin-top: 0.15rem; font-size: 0.8125rem; color: var(--muted); }
tr:target, .claim:target { background: var(--panel); box-shadow: inset 3px 0 var(--link); }

.verdict { display: inline-block; padding: 0 0.5em; border: 1px solid currentColor; border-radius: 1em; font-size: 0.8125rem; font-weight: 600; line-height: 1.5; white-space: nowrap; }
.supported, .holds { color: var(--supported); }
.refuted { color: var(--refuted); }
.fails.verdict { color: var(--bg); background: var(--refuted); border-color: var(--refuted); }
.equivalent { color: var(--equivalent); }
.undecided { color: var(--undecided); border-style: dashed; }
.unmeasured { color: var(--muted); border-style: dotted; }
a:has(> .verdict) { text-decoration: none; }
a:hover > .verdict { text-decoration: underline; }

.alarm { margin: 1.2rem 0; padding: 0.8rem 1rem; border: 2px solid var(--refuted); border-radius: 6px; background: var(--alarm); }
.alarm p, .alarm ul { margin: 0 0 0.3rem; }

.family-name { margin: 2rem 0 0.7rem; font-weight: 600; }
.family-name span { font-weight: 400; color: var(--muted); }
main .claims { max-width: none; margin: 0; padding: 0; list-style: none; }
.claim { margin: 0 0 1rem; padding: 0.9rem 1.1rem 0.8rem; border: 1px solid var(--grid); border-radius: 6px; }
.statement { margin-bottom: 0.6rem; }
.found { margin-bottom: 0.8rem; }
.role { font-weight: 600; }
.quotation { margin: 0 0 0.8rem; }
.quotation blockquote { margin: 0; }
.quotation p { margin: 0; }
.quotation .place { margin-left: 1.2rem; font-size: 0.8125rem; color: var(--muted); }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.5rem 1rem; margin: 0 0 0.9rem; padding: 0.6rem 0.8rem; background: var(--panel); border-radius: 4px; font-variant-numeric: tabular-nums; }
.numbers > div:first-child { grid-column: span 2; }
.numbers dt { font-size: 0.75rem; line-height: 1.35; }
.numbers dt a { color: inherit; }
.numbers dd { line-height: 1.4; }
.details, .facts { margin: 0; font-size: 0.9375rem; line-height: 1.5; }
.details { font-size: 0.875rem; }
.details > div, .facts > div { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0 1rem; padding: 0.1rem 0; }
.common { margin: 0 0 0.9rem; }
.background { margin-top: 0.5rem; font-size: 0.875rem; }
.background .details { margin-top: 0.4rem; }
.claim .scroll { margin: 0.8rem 0 0; }
.alternatives { font-size: 0.875rem; }
.alternatives caption { padding-bottom: 0.2rem; font-size: 0.8125rem; color: var(--muted); font-weight: 400; }
.alternatives th, .alternatives td { padding: 0.3rem 1.1rem 0.3rem 0; }
.changes, .influence, .revisions { max-width: none; margin: 0.8rem 0 0; padding: 0.5rem 0.8rem; border-left: 4px solid var(--undecided); background: var(--panel); font-size: 0.9375rem; }
.revisions { border-left-color: var(--equivalent); }
.revisions ul { margin: 0.4rem 0 0; padding-left: 1.2rem; }
.why { display: block; color: var(--muted); }

.answers, .experiments { max-width: none; margin: 1.2rem 0; padding: 0; list-style: none; }
main > .answers, main > .experiments { max-width: none; }
.answers > li, .experiments > li { padding: 1.1rem 0; border-top: 1px solid var(--grid); }
.answers > li:last-child, .experiments > li:last-child { border-bottom: 1px solid var(--grid); }
.answers p { margin-bottom: 0.5rem; }
.asked { color: var(--muted); }
.absent { color: var(--muted); }
.facts > div { grid-template-columns: 10rem 1fr; padding: 0.4rem 0; border-bottom: 1px solid var(--grid); }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; }
.plain { margin: 0; padding: 0; list-style: none; }
.long { overflow-wrap: anywhere; }
.experiments > li { padding: 0.7rem 0; }
.name { margin-bottom: 0.3rem; font-size: 1.12rem; font-weight: 600; }
.experiments p { margin-bottom: 0.5rem; }
.experiments pre { margin: 0.3rem 0 0; padding: 0.4rem 0.75rem; font-size: 0.9375rem; }
.estimate { white-space: nowrap; }
.ref { white-space: nowrap; }
@media (max-width: 49rem) {
  .scroll :is(th, td):first-child { position: sticky; left: 0; max-width: 9.5rem; min-width: 5.5rem; background: var(--bg); white-space: normal; }
  .scroll .failed > :first-child { background: var(--alarm); }
  .scroll tr:target > :first-child { background: var(--panel); }
}
@media (max-width: 36rem) {
  .claim { padding: 0.8rem 0.8rem 0.7rem; }
  .numbers { grid-template-columns: 1fr 1fr; padding: 0.5rem 0.6rem; }
  .details > div { grid-template-columns: 1fr; padding: 0.15rem 0; }
  .alternatives, .alternatives tbody { display: block; }
  .alternatives caption { display: block; }
  .alternatives thead { position: absolute; left: -100vw; }
  .alternatives tr { display: grid; grid-template-columns: 1fr auto; }
  .scroll .alternatives th { position: static; grid-column: 1 / -1; max-width: none; padding-bottom: 0; }
  .alternatives td.number { text-align: left; }
  .facts > div { grid-template-columns: 1fr; padding: 0.3rem 0; }
}

footer { margin-top: 4rem; padding-bottom: 2.5rem; font-size: 0.875rem; color: var(--muted); }
footer p { margin: 0 0 0.3rem; max-width: none; }
footer p:first-child { border-top: 1px solid var(--grid); padding-top: 1rem; }

@media print {
  :root { color-scheme: light; ${declarations("light", pageColours)} }
  body { font-size: 10.5pt; }
  nav, .skip, .downloads { display: none; }
  header, main, footer { max-width: none; padding: 0; }
  figure, tr, .claim, .answers > li, .experiments > li { break-inside: avoid; }
  h1, h2, h3, h4 { break-after: avoid; }
  .scroll { overflow: visible; }
  details::details-content { display: block; content-visibility: visible; }
  figure svg { max-width: 100%; height: auto; }
}
`;
