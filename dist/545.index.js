export const id = 545;
export const ids = [545];
export const modules = {

/***/ 3519:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ G),
/* harmony export */   b: () => (/* binding */ M),
/* harmony export */   c: () => (/* binding */ E),
/* harmony export */   d: () => (/* binding */ J),
/* harmony export */   e: () => (/* binding */ V),
/* harmony export */   f: () => (/* binding */ U),
/* harmony export */   g: () => (/* binding */ $),
/* harmony export */   h: () => (/* binding */ z),
/* harmony export */   i: () => (/* binding */ C),
/* harmony export */   j: () => (/* binding */ j),
/* harmony export */   k: () => (/* binding */ K),
/* harmony export */   l: () => (/* binding */ X),
/* harmony export */   m: () => (/* binding */ Z)
/* harmony export */ });
/* harmony import */ var _chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9379);
/* harmony import */ var _chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4510);
/* harmony import */ var _chunk_UUBSZPF4_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3927);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1022);
/* harmony import */ var _chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6348);
function G(e){let r=Math.min((0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_0__.b)(e),...e.history.changes.slice(0,1).map(({at:n})=>n));return{from:r,to:Math.max(e.endedAt,r+1e3)}}function M({changes:e}){return e.map(({at:r,look:n})=>({at:r,share:n.share})).filter(({share:r},n,t)=>t[n-1]?.share!==r)}function E({plan:e},r){return e===void 0||r<=0||r>=100||e.steps.some(n=>n.share===r)}function J(e){let r=M(e);return e.decisions.flatMap(n=>n.orders.includes("turn-back")?[{...n,kind:"turn-back"}]:n.orders.includes("advance")&&E(e,V(r,n.at))?[{...n,kind:"continue"}]:[])}function V(e,r){return e.findLast(n=>n.at<=r)?.share??0}function U(e,r){let{gates:n}=e,t=M(e),s=a=>t.find(i=>i.at>a)?.at??Math.max(a,r),o=new Map;for(let{gate:a,step:i,verdicts:d,lastAt:l}of n){let c=JSON.stringify(a),u=o.get(c)??{gate:a,spans:[]};o.set(c,u),u.spans.push(...d.map(({at:m,verdict:b,sentence:h},p)=>({from:m,to:d[p+1]?.at??s(l),verdict:b,step:i,sentence:h})))}return[...o.values()].map(({gate:a,spans:i})=>{let d=i.toSorted((l,c)=>l.from-c.from);return{gate:a,name:(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_2__.a)(a),spans:d}})}var _=150,R=2;function $(e,r){let n=e.gates.toSorted((u,m)=>u.lastAt-m.lastAt).flatMap(({gate:u,evidence:m})=>u.kind==="metrics"?A(u.source.kind,m):[]),t=n[0]?.source;if(t===void 0)return;let s=n.filter(u=>u.source===t),o=(0,_chunk_UUBSZPF4_js__WEBPACK_IMPORTED_MODULE_3__.b)(s.flatMap(({candidate:u,stable:m})=>[...u,...m].map(({start:b})=>b))),a=M(e).find(({share:u})=>u>0)?.at??Number.POSITIVE_INFINITY,i=o*Math.max(1,Math.ceil((r.to-r.from)/o/_)),d=(u,m)=>{let b=new Map;for(let h of s)for(let p of h[u])p.start+R*o<=h.now&&p.start+o>m&&p.start<r.to&&b.set(p.start,{...b.get(p.start),...p});return B([...b.values()],r.from,i,o)},l=d("candidate",a),c=d("stable",r.from);if(l.length+c.length!==0)return{candidate:l,stable:c,source:t,slowerThanMs:s.findLast(u=>u.slowerThanMs)?.slowerThanMs,binMs:i}}function A(e,r){let n=(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(r)?r.seen:void 0,t=(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(n)?n.minutes:void 0;return!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(n)||!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(t)?[]:[{source:e,now:f(n.now)??Number.POSITIVE_INFINITY,slowerThanMs:f(n.slowerThanMs),candidate:O(t.candidate),stable:O(t.stable)}]}function O(e){return (0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.b)(e).flatMap(r=>{let[n,t]=[f(r.start),f(r.requests)],[s,o]=[f(r.errors),f(r.slow)];return n===void 0||t===void 0?[]:[{start:n,requests:t,...s===void 0?{}:{errors:s},...o===void 0?{}:{slow:o}}]})}function f(e){return typeof e=="number"&&Number.isFinite(e)?e:void 0}function B(e,r,n,t){let s=new Map;for(let{start:o,requests:a,errors:i,slow:d}of e.toSorted((l,c)=>l.start-c.start)){let l=n===t?o:r+Math.floor((o-r)/n)*n,c=s.get(l);s.set(l,{from:l,to:l+n,requests:(c?.requests??0)+a,errors:w(c?.errors,i),slow:w(c?.slow,d)})}return[...s.values()]}function w(e,r){return e===void 0?r:e+(r??0)}function z(e){return e.reduce((r,n)=>({requests:r.requests+n.requests,errors:w(r.errors,n.errors),slow:w(r.slow,n.slow)}),{requests:0,errors:void 0,slow:void 0})}function C(e,r){let n=e[r];return n===void 0||e.requests<=0?void 0:Math.min(100,100*n/e.requests)}function j({requests:e,from:r,to:n}){return e/((n-r)/1e3)}function K({gates:e}){return e.flatMap(({step:r,verdict:n,evidence:t})=>(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.b)((0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(t)?t.metrics:void 0).flatMap(s=>{let{ratio:o,rules:a}=s;if(!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(o))return[];let[i,d]=[f(o.low),F(o.high)];if(i===void 0||d===void 0||i<=0&&d===Number.POSITIVE_INFINITY)return[];let l=s.metric;return[{metric:typeof l=="string"?l:"metrics",step:r,verdict:n,low:i,high:d,estimate:f(o.estimate),tolerate:((0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(a)?f(a.tolerate):void 0)??1}]}))}function F(e){return e===null||e===Number.POSITIVE_INFINITY?Number.POSITIVE_INFINITY:f(e)}var k=1e3,q=60*k,T=60*q,H=[...[1,2,5,10,15,30].map(e=>e*k),...[1,2,5,10,15,30].map(e=>e*q),...[1,2,3,6,12,24,48,96].map(e=>e*T)];function X(e,r){let n=H.find(t=>e/t<=r-1)??Math.ceil(e/(r-1)/T)*T;return Array.from({length:Math.floor(e/n)+1},(t,s)=>({value:s*n,label:(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_1__.e)(s*n)}))}function Z(e,r=""){let n=e>0?e:1,t=10**Math.floor(Math.log10(n/4)),s=[1,2,2.5,5,10].map(a=>a*t).find(a=>n/a<=4.0001)??10*t,o=Math.max(1,Math.ceil(n/s-1e-9));return Array.from({length:o+1},(a,i)=>{let d=Number((i*s).toPrecision(6));return{value:d,label:`${d.toLocaleString("en-US",{maximumFractionDigits:6})}${r}`}})}


/***/ }),

/***/ 3768:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ c),
/* harmony export */   b: () => (/* binding */ t)
/* harmony export */ });
var n=/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g,r=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;function c(u){return u.replaceAll(`\r
`,`
`).replace(n,"").replace(r,"\uFFFD")}function t(u,e){if(u.length<=e)return u;let f=u.slice(0,e-1);return`${/[\ud800-\udbff]$/.test(f)?f.slice(0,-1):f}\u2026`}


/***/ }),

/***/ 9488:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ o),
/* harmony export */   b: () => (/* binding */ c),
/* harmony export */   c: () => (/* binding */ p),
/* harmony export */   d: () => (/* binding */ g),
/* harmony export */   e: () => (/* binding */ m)
/* harmony export */ });
/* harmony import */ var _chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3768);
function o(t){return (0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_0__.a)(t).replace(/\s+/g," ").replace(/[\\`*_{}[\]<>&|~#!$]/g,"\\$&").replaceAll("://",":\\/\\/").replace(/\bwww\./gi,n=>`${n.slice(0,-1)}\\.`).replaceAll("@","&#64;")}function c(t){let n=(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_0__.a)(t).replace(/\s+/g," ").trim();if(n==="")return"";let r="`".repeat(i(n)+1),e=n.startsWith("`")||n.endsWith("`")?" ":"";return`${r}${e}${n}${e}${r}`}function p(t,n){let r=e=>`| ${e.map(a=>a.replace(/(?<!\\)\|/g,"\\|").replaceAll(`
`," ")).join(" | ")} |`;return[r(t),r(t.map(()=>"---")),...n.map(r)].join(`
`)}function g(t,n="text"){let r=t.flatMap(a=>(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_0__.a)(a).split(`
`)),e="`".repeat(Math.max(3,...r.map(a=>i(a)+1)));return[`${e}${n}`,...r,e].join(`
`)}function m(t,n){return`<details><summary>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_0__.a)(t).replace(/\s+/g," ").replace(/[&<>]/g,e=>({"&":"&amp;","<":"&lt;",">":"&gt;"})[e]??e)}</summary>

${n}

</details>`}function i(t){return Math.max(0,...(t.match(/`+/g)??[]).map(({length:n})=>n))}


/***/ }),

/***/ 5545:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   summaryOf: () => (/* binding */ Ke)
/* harmony export */ });
/* harmony import */ var _chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3519);
/* harmony import */ var _chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9488);
/* harmony import */ var _chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3768);
/* harmony import */ var _chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9379);
/* harmony import */ var _chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4510);
/* harmony import */ var _chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2437);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(1022);
/* harmony import */ var _chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(6732);
/* harmony import */ var _chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8001);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3219);
var X=20,le=8,ne=60,Q=24,[L,ue,Z,j,ee,l]=["#8250df","#64869f","#1a7f37","#9a6700","#cf222e","#768390"],me={pass:"done, ",hold:"active, ",fail:"crit, ",error:"active, "},ge={pass:"\u2713",hold:"\u2026",fail:"\u2715",error:"?"},he=.06,pe={theme:"base",gantt:{displayMode:"compact",leftPadding:190,topPadding:50,barHeight:22,barGap:6,fontSize:12,sectionFontSize:12},themeVariables:{taskBkgColor:L,taskBorderColor:L,doneTaskBkgColor:Z,doneTaskBorderColor:Z,activeTaskBkgColor:j,activeTaskBorderColor:j,critBkgColor:ee,critBorderColor:ee,taskTextColor:"#ffffff",taskTextLightColor:"#ffffff",taskTextDarkColor:"#ffffff",taskTextOutsideColor:l,titleColor:l,textColor:l,gridColor:l,sectionBkgColor:l,sectionBkgColor2:l,altSectionBkgColor:l}};function re({history:e},t){let n=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(e);if(n.length===0)return;let r=t.to-t.from,o=(a,u,c,f,m)=>{let $=Math.max(m,f+r/100);return`${m-f<r*he?u:a} :${c}${te(f-t.from)}, ${te($-t.from)}`},s=n.map((a,u)=>({...a,to:n[u+1]?.at??t.to})).filter(({share:a})=>a>0&&(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.c)(e,a)).map(({at:a,to:u,share:c})=>o(`${c} %`,String(c),"",a,u)),i=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.f)(e,t.to).slice(0,le).flatMap(({name:a,spans:u})=>[`section ${Se(a)}`,...u.slice(-X).map(({verdict:c,from:f,to:m})=>o(c,ge[c],me[c],f,m))]),d=s.length===0?[]:["section Traffic",...s.slice(-X)];if(d.length+i.length!==0)return ce(pe,["gantt","dateFormat YYYY-MM-DD HH:mm:ss.SSS",`axisFormat ${r<36e5?"%M:%S":"%H:%M"}`,...d,...i])}function te(e){return new Date(Date.UTC(2001,0,1)+Math.max(0,Math.round(e))).toISOString().replace("T"," ").slice(0,23)}function Se(e){let t=e.replace(/[^\p{L}\p{N} ./_-]+/gu," ").replace(/\s+/g," ").trim();return t===""?"gate":t.length>Q?`${t.slice(0,Q-1).trim()}\u2026`:t}function oe(e,t){let n=ae(t),r=Math.ceil((t.to-t.from)/(ne-1)/n)*n,o=Array.from({length:Math.ceil((t.to-t.from)/r)+1},(s,i)=>t.from+i*r);return de(t,o,100,[o.map(s=>(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.e)(e,s))])}function se(e,t){return ie(e,t,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.j)}function _(e,t,n){return ie(t,n,r=>(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.i)(r,e))}function ie(e,t,n){let r=[...e.candidate,...e.stable];if(!r.some(f=>(n(f)??0)>0))return;let o=r.map(({from:f,to:m})=>(f+m)/2),[s,i]=[Math.min(...o),Math.max(...o)],d=e.binMs*Math.max(1,Math.ceil((i-s)/e.binMs/ne)),a=Array.from({length:Math.max(2,Math.floor((i-s)/d)+1)},(f,m)=>s+m*d),u=f=>a.map(m=>{let $=f.find(({from:N,to:fe})=>N<=m&&m<fe);return $===void 0?0:n($)??0}),c=[u(e.candidate),u(e.stable)];return de(t,a,(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.m)(Math.max(...c.flat())).at(-1)?.value??1,c)}var ye={xyChart:{width:760,height:230},themeVariables:{xyChart:{backgroundColor:"transparent",plotColorPalette:`${L}, ${ue}`,xAxisLabelColor:l,xAxisTitleColor:l,xAxisTickColor:l,xAxisLineColor:l,yAxisLabelColor:l,yAxisTickColor:l,yAxisLineColor:l}}};function ae({from:e,to:t}){return t-e>=18e4?7500:125}function de(e,t,n,r){let o=ae(e),s=c=>Math.round(c/o)/8,[i=0,d=i]=t,a=s(i-e.from),u=Math.max(1/8,s(d-i));return ce(ye,["xychart-beta",`x-axis "${o===125?"seconds":"minutes"}" ${a} --> ${a+u*(t.length-1)}`,`y-axis 0 --> ${n}`,...r.map(c=>`line [${c.map(f=>Number(f.toFixed(3))).join(", ")}]`)])}function ce(e,t){return (0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.d)([`%%{init: ${JSON.stringify(e)}}%%`,...t],"mermaid")}var xe=1e6,Ce=4e3,T=1e3,Te=500,k=80,$e=5;function Ke(e){let{result:t,history:n}=e,{emoji:r,words:o}=_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.a[t.outcome.status],s=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.c)(e)?(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.g)(n,(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.a)(e)):void 0,i=[{spare:0,text:`## ${r} ${o}: ${(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(e.service,300))}`},{spare:0,text:(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)((0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(t.outcome.reason,Ce)))},{spare:0,text:(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.c)(["",""],be(e,s))},...S("How it went",3,(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.c)(e)?Ae(e,s):void 0),...S("Tasks that died",2,n.deaths.length>0?Le(n.deaths):void 0),...S("Gates",1,n.gates.length>0?Re(n):void 0),...S("Candidate against stable",2,we(n)),...S("What to do now",0,(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.c)(e)?Ne(e):void 0),...S("",4,n.changes.length>0?(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.e)("Traffic, look by look",_e(e)):void 0)];return Oe(i)}function S(e,t,n){return n===void 0?[]:[{spare:t,text:e===""?n:`### ${e}

${n}`}]}function Oe(e){for(let t of[5,4,3,2,1]){let n=e.filter(({spare:s})=>s<t),r=n.length<e.length?["The rest was too long for a summary; the report and the log have it."]:[],o=[...n.map(s=>s.text),...r,""].join(`

`);if(new TextEncoder().encode(o).length<=xe)return o}return`${e[0]?.text??""}
`}function be(e,t){let{result:n,cluster:r,service:o,history:s}=e;return[["Status",n.outcome.status],["Service",`${r} / ${o}`],["Image",n.image],["Task definition",n.taskDefinitionArn&&(0,_chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_7__.a)(n.taskDefinitionArn)],["Served before",n.previousTaskDefinitionArn&&(0,_chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_7__.a)(n.previousTaskDefinitionArn)],["Deployment",n.deploymentArn],["Candidate\u2019s traffic",Me(n.traffic,s)],["Counted on the candidate",t&&ke(t)],["Report",n.report],["Evidence",n.evidence],["Took",(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(e.endedAt-e.startedAt)]].flatMap(([d,a])=>a===void 0?[]:[[`**${d.replaceAll(" ","\xA0")}**`,(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(a,T))]])}function Me(e,t){if(e===void 0)return;let n=Math.max(0,...(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(t).map(({share:r})=>r));return n>e?`${e} % (${n} % at most)`:`${e} %`}function ke(e){let{requests:t,errors:n}=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.h)(e.candidate);if(t===0)return;let r=n===void 0?"":`, ${n===0?"none":Math.round(n).toLocaleString("en-US")} failed`;return`${Math.round(t).toLocaleString("en-US")} requests${r}`}function Ae(e,t){let n=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.a)(e),r=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(e.history),o=(d,a)=>a&&`**${d}** (candidate violet, stable grey)

${a}`,s=t?.slowerThanMs===void 0?"":`, slower than ${Number(t.slowerThanMs.toPrecision(3))} ms`;return[re(e,n),t===void 0?"Requests and failures are not shown: no gate `metrics` counted them.":void 0,o("Requests a second",t&&se(t,n)),o("Failed requests in percent",t&&_("errors",t,n)),o(`Slow requests in percent${s}`,t&&_("slow",t,n)),r.length>1?(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.e)("Share of the traffic in percent, as a line",oe(r,n)):void 0,t&&(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.e)("Requests and failures, minute by minute",Ee(t,(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e)))].filter(d=>d!==void 0).join(`

`)}function Ee({candidate:e,stable:t},n){let r=[e,t].flatMap((o,s)=>o.map(i=>({bin:i,version:s===0?"candidate":"stable"}))).toSorted((o,s)=>o.bin.from-s.bin.from).map(({bin:o,version:s})=>[(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(o.from-n),s,...[o.requests,o.errors,o.slow].map(i=>i===void 0?"\u2013":Math.round(i).toLocaleString("en-US"))]);return (0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.c)(["Time","Version","Requests","Failed","Slow"],A(r))}function Re({gates:e}){let t=e.map(({gate:n,step:r,verdict:o,sentence:s,looks:i})=>[(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)((0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(n),T)),(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_9__.d)(r),o,(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(s,T)),String(i)]);return (0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.c)(["Gate","When","Verdict","Last seen","Looks"],A(t))}function we(e){let t=(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.c)(e);return t.length===0?void 0:(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.c)(_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.b,A(t.map(n=>n.map(r=>(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(r,T))))))}function Le(e){let t=e.slice(0,$e).map(({death:r,logTail:o})=>{let s=o.map(d=>(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)(d,Te)),i=(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_6__.b)((0,_chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_3__.e)(r),T));return s.length===0?i:`${i}

${(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.e)("Last lines of its log",(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.d)(s))}`}),n=e.length-t.length;return[...t,...n>0?[`\u2026 and ${n} more`]:[]].join(`

`)}function _e(e){let t=e.history.changes.map(({at:n,look:r})=>[(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(n-(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e)),(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.b)(r.stage),`${r.share} %`,`${r.candidate.running}/${r.candidate.requested}`,String(r.stable.running)]);return (0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.c)(["Time","Stage","Candidate\u2019s share","Candidate\u2019s tasks","Stable\u2019s tasks"],A(t))}function Ne(e){let t=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.e)(e);return t.length===0?"Nothing has to be done: stable serves all traffic.":t.map(({title:n,why:r,inputs:o})=>{let s=["- uses: OWNER/greenlight@v0","  with:",...o.map(i=>`    ${i}`)];return`**${n}.** ${(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.a)(r)}

${(0,_chunk_UPKVLYDC_js__WEBPACK_IMPORTED_MODULE_5__.d)(s,"yaml")}`}).join(`

`)}function A(e){if(e.length<=k)return e;let t=[`\u2026 ${e.length-k} more`,...Array.from({length:(e[0]?.length??1)-1},()=>"")];return[...e.slice(0,k/2),t,...e.slice(-k/2)]}


/***/ })

};
