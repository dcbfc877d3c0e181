/**
 * The page's look. Two accents, one for each version, that differ in their line and mark as well; verdicts differ in sign and pattern.
 * Every pair of text and ground has a contrast of at least 4.5 in both schemes (the browser's test computes them).
 */
export const STYLE = `
:root{color-scheme:light dark;
--ground:#fff;--raised:#f6f7f9;--line:#dfe3e8;--text:#1b2028;--soft:#57606c;
--candidate:#6d28d9;--candidate-area:#6d28d926;--stable:#3d5a73;
--good:#116937;--good-ground:#dcf4e4;--bad:#b3261e;--bad-ground:#fde3e1;--open:#8a5300;--open-ground:#fdeecb;--dim:#57606c;--dim-ground:#e9ecf0;
--hatch:#e5b95c;--link:#0b57c2}
@media screen and (prefers-color-scheme:dark){:root{
--ground:#101418;--raised:#181d23;--line:#2c333c;--text:#e7ebf0;--soft:#a2acb8;
--candidate:#b69cff;--candidate-area:#b69cff30;--stable:#8fb3cf;
--good:#6fdc9a;--good-ground:#12351f;--bad:#ff9b92;--bad-ground:#481a17;--open:#f3c46b;--open-ground:#3d2c08;--dim:#a2acb8;--dim-ground:#2a3139;
--hatch:#7a5c1b;--link:#8ab8ff}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0 auto;max-width:60rem;padding:0 clamp(1rem,4vw,2.5rem) 3rem;background:var(--ground);color:var(--text);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.defs{position:absolute}
.skip{position:absolute;left:-99rem;top:0;padding:.6rem 1rem;background:var(--ground);color:var(--link);z-index:1}
.skip:focus{left:1rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
header{padding:2.25rem 0 1.25rem;border-bottom:1px solid var(--line)}
.place{margin:0 0 .4rem;color:var(--soft);font-size:.95rem}
.place strong{color:var(--text)}
h1{display:flex;align-items:center;gap:.75rem;margin:0;font-size:clamp(1.75rem,1.2rem + 2.6vw,2.6rem);line-height:1.15;letter-spacing:-.02em}
.seal{display:inline-grid;place-items:center;flex:none;width:1.35em;height:1.35em;border-radius:50%;font-size:.8em;font-weight:700;line-height:1}
.seal.good{background:var(--good-ground);color:var(--good)}
.seal.bad{background:var(--bad-ground);color:var(--bad)}
.seal.open{background:var(--open-ground);color:var(--open)}
.reason{margin:.9rem 0 1.4rem;max-width:46rem;font-size:1.1rem}
.facts{display:grid;grid-auto-columns:minmax(0,1fr);grid-auto-flow:column;gap:1rem 1.25rem;margin:0}
.facts>div{padding-top:.55rem;border-top:1px solid var(--line)}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.facts dd{font-size:1.2rem;line-height:1.35}
.note{display:block;color:var(--soft);font-size:.85rem;font-weight:400;line-height:1.4}
.swatch{display:inline-block;width:1.35rem;height:0;margin-right:.45rem;vertical-align:.28em;border-top:3px solid}
.swatch.candidate{border-color:var(--candidate)}
.swatch.stable{border-top:2px dashed var(--stable)}
nav ul,.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin:0;padding:0;list-style:none}
nav{padding:.8rem 0;border-bottom:1px solid var(--line);font-size:.95rem}
nav a{display:inline-block;padding:.15rem 0;text-decoration:none}
nav a:hover{text-decoration:underline}
section{padding-top:2.25rem}
h2{margin:0 0 .9rem;font-size:1.4rem;letter-spacing:-.01em;line-height:1.25}
h3{margin:1.5rem 0 .4rem;font-size:1rem}
p{margin:.5rem 0}
.aside{color:var(--soft);font-size:.9rem;font-weight:400}
.legend{margin-bottom:.75rem;color:var(--soft);font-size:.9rem}
.rule{display:inline-block;width:0;height:1rem;margin:0 .6rem 0 .3rem;vertical-align:-.2em;border-left:1px solid var(--soft)}
.rule.turn-back{border-left:2px dashed var(--bad)}
.cross{margin-right:.45rem;color:var(--bad);font-weight:700}
figure{margin:1.1rem 0 1.6rem}
figcaption{margin-bottom:.2rem;font-weight:600}
.chart{display:block;width:calc(100% - 4.25rem);margin:0 .75rem 0 3.5rem;overflow:visible;font-size:12px}
.chart text{fill:var(--soft);font-variant-numeric:tabular-nums}
.chart .value{fill:var(--candidate);font-weight:600}
.chart .name{font-weight:600;paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}
.chart .name.candidate{fill:var(--candidate)}
.chart .name.stable{fill:var(--stable)}
.chart .happened{font-size:11px}
.chart .happened.turn-back{fill:var(--bad);font-weight:600}
.chart .narrow{display:none}
.chart .grid{stroke:var(--line)}
.line{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.line.candidate{stroke:var(--candidate);stroke-width:2.5px}
.line.stable{stroke:var(--stable);stroke-width:2px;stroke-dasharray:6 4}
.area.candidate{fill:var(--candidate-area)}
.marker.candidate{fill:var(--candidate)}
.marker.stable{fill:var(--ground);stroke:var(--stable);stroke-width:1.5px}
.mark.continue{stroke:var(--soft);stroke-opacity:.55}
.mark.turn-back{stroke:var(--bad);stroke-width:2px;stroke-dasharray:5 3}
.chart .death{fill:var(--bad);font-weight:700}
.groove{fill:var(--raised);stroke:var(--line)}
.verdict.pass{fill:var(--good-ground);stroke:var(--good)}
.verdict.fail{fill:var(--bad);stroke:var(--bad)}
.verdict.hold{fill:url(#hatch);stroke:var(--open)}
.verdict.error{fill:var(--ground);stroke:var(--dim);stroke-dasharray:3 2}
.hatch-ground{fill:var(--open-ground)}
.hatch-line{fill:var(--hatch)}
.chart .sign{font-weight:700}
.chart .sign.pass{fill:var(--good)}
.chart .sign.fail{fill:var(--ground)}
.chart .sign.hold{fill:var(--text)}
.chart .sign.error{fill:var(--text)}
.interval{fill:var(--candidate-area);stroke:var(--candidate)}
.equal{stroke:var(--text);stroke-width:1.5px}
.limit{stroke:var(--open);stroke-width:1.5px;stroke-dasharray:4 3}
.chart .beyond{fill:var(--candidate)}
.lane{margin:.45rem 0}
.lane-name{margin:0 0 .15rem;font-size:.9rem;overflow:hidden;text-overflow:ellipsis;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical}
.badge{display:inline-block;min-width:1.6em;padding:.02em .5em;border-radius:1em;font-size:.85rem;font-weight:600;text-align:center;white-space:nowrap}
.legend .badge{margin-right:.4rem}
.badge.pass{background:var(--good-ground);color:var(--good)}
.badge.fail{background:var(--bad-ground);color:var(--bad)}
.badge.hold{background:var(--open-ground);color:var(--open)}
.badge.error{background:var(--dim-ground);color:var(--text)}
details{margin:.6rem 0}
summary{display:inline-block;padding:.25rem .1rem;color:var(--link);font-size:.9rem;cursor:pointer}
summary::before{content:"▸ "}
details[open]>summary::before{content:"▾ "}
summary::-webkit-details-marker{display:none}
.scroll{overflow-x:auto;margin:.5rem 0;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;min-width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .8rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:normal}
tbody tr:last-child>*{border-bottom:0}
thead th{background:var(--raised);font-weight:600;white-space:nowrap}
tbody th{font-weight:400}
tbody th code{white-space:nowrap}
td.number{text-align:right}
.path,.said,.deaths,.story{margin:0;padding:0;list-style:none}
.path li{white-space:nowrap}
.path li+li{margin-top:.2rem}
time{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}
.said li{padding:.35rem 0}
.deaths>li{padding:.4rem 0;border-bottom:1px solid var(--line)}
.deaths>li:last-child{border-bottom:0}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
pre{margin:.4rem 0;padding:.8rem 1rem;max-height:26rem;overflow:auto;background:var(--raised);border:1px solid var(--line);border-radius:8px;font-size:.9rem;line-height:1.45;overflow-wrap:normal}
pre.log{white-space:pre-wrap;overflow-wrap:anywhere}
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:0 1.5rem}
.way h3{margin-top:.75rem}
.story li{position:relative;display:grid;grid-template-columns:4.2rem minmax(0,1fr);gap:1.75rem;padding:0 0 .9rem}
.story time{padding-top:.12rem;text-align:right;white-space:nowrap}
.story li::before{content:"";position:absolute;left:4.8rem;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--ground);border:2px solid var(--soft)}
.story li::after{content:"";position:absolute;left:5.1rem;top:1.25rem;bottom:-.35rem;width:2px;background:var(--line)}
.story li:last-child::after{display:none}
.story p{margin:.1rem 0 0;color:var(--soft);font-size:.95rem}
.story .share::before{background:var(--candidate);border-color:var(--candidate)}
.story .pass::before{border-color:var(--good);background:var(--good-ground)}
.story .hold::before{border-color:var(--open);background:var(--open-ground)}
.story .fail::before,.story .turn-back::before,.story .death::before{border-color:var(--bad);background:var(--bad)}
.story .fail::before,.story .death::before{border-radius:2px}
.story .asked::before,.story .trouble::before{border-color:var(--open);border-radius:2px}
.story .end::before{background:var(--text);border-color:var(--text)}
.names{display:grid;gap:.6rem;margin:0}
.names dd{font-weight:400}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:37.5rem){.chart .wide{display:none}.chart .narrow{display:inline}.chart{width:calc(100% - 3.5rem);margin-left:3rem;margin-right:.5rem}.facts{grid-auto-flow:row;grid-template-columns:repeat(2,minmax(0,1fr))}.facts>div:last-child:nth-child(odd){grid-column:1/-1}.story li{grid-template-columns:3.7rem minmax(0,1fr);gap:1.5rem}.story li::before{left:4.1rem}.story li::after{left:4.4rem}}
@media (forced-colors:active){:root{--ground:Canvas;--raised:Canvas;--line:GrayText;--text:CanvasText;--soft:CanvasText;--candidate:Highlight;--candidate-area:transparent;--stable:CanvasText;--good:CanvasText;--good-ground:Canvas;--bad:CanvasText;--bad-ground:Canvas;--open:CanvasText;--open-ground:Canvas;--dim:CanvasText;--dim-ground:Canvas;--hatch:Canvas;--link:LinkText}.badge{border:1px solid}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}nav,.skip{display:none}section{padding-top:1rem}figure,.way,.story li,.said li{break-inside:avoid}h2,h3{break-after:avoid}pre{max-height:none;white-space:pre-wrap}.scroll{overflow:visible;border:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
