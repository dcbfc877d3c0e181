export const id = 833;
export const ids = [833];
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

/***/ 9833:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   pageOf: () => (/* binding */ tn)
/* harmony export */ });
/* harmony import */ var _chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3519);
/* harmony import */ var _chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3768);
/* harmony import */ var _chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9379);
/* harmony import */ var _chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4510);
/* harmony import */ var _chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2437);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(1022);
/* harmony import */ var _chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(6732);
/* harmony import */ var _chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8001);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3219);
function i(e,...t){return{markup:e.map((r,n)=>n===0?r:`${le(t[n-1])}${r}`).join("")}}function le(e){return e===void 0?"":typeof e=="string"?We(e):typeof e=="number"?Fe(e):"markup"in e?e.markup:e.map(le).join("")}var ce={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"};function We(e){return (0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.a)(e).replace(/[&<>"']/g,t=>ce[t]??"")}function N(e){return e.replace(/(\d) %/g,"$1\xA0%")}function ue(e){return{markup:(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.a)(e).replace(/[&<>]/g,t=>ce[t]??"")}}function Fe(e){return Number.isFinite(e)?String(Number(e.toFixed(2))):"0"}var W=1e3,Ue=7,Ye=45,y=14,me=24;function b({from:e,to:t},r){return Math.min(100,Math.max(0,100*(r-e)/(t-e)))}function H({id:e,title:t,description:r},n,o){return i`<svg class="chart" width="100%" height="${n}" role="img" aria-labelledby="${e}-t ${e}-d"><title id="${e}-t">${t}</title><desc id="${e}-d">${r}</desc>${o}</svg>`}function pe(e,t,r){return i`<svg y="${e}" width="100%" height="${t}" viewBox="0 0 ${W} ${t}" preserveAspectRatio="none">${r}</svg>`}function F(e,t){return (0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.l)(e.to-e.from,Ue).map(({value:n,label:o},a)=>{let s=b(e,e.from+n),d=s>96?"end":"middle";return i`<text class="tick${a%2===1?" minor":""}" x="${s}%" y="${t}" text-anchor="${d}">${o}</text>`})}function fe(e,t){let r=e.at(-1)?.value??1;return e.map(({value:n,label:o})=>{let a=y+t*(1-n/r);return i`<line class="grid" x1="0" x2="100%" y1="${a}" y2="${a}"/><text class="tick" x="-8" y="${a+4}" text-anchor="end">${o}</text>`})}function he(e,t,r){return e.map(({at:n,kind:o})=>{let a=b(t,n);return i`<line class="mark ${o}" x1="${a}%" x2="${a}%" y1="${y-6}" y2="${y+r}"/>`})}function ge(e,{span:t,lines:r,ticks:n,marks:o,height:a=120}){let s=n.at(-1)?.value??1,d=l=>a*(1-Math.min(1,l/s)),u=r.map(({className:l,points:c})=>i`<path class="line ${l}" d="${Xe(c.map(({at:f,value:p})=>({x:b(t,f)*W/100,y:p===void 0?void 0:d(p)})))}"/>`),m=r.filter(({points:l})=>l.length<=Ye).flatMap(({className:l,points:c})=>c.flatMap(({at:f,value:p})=>p===void 0?[]:[Ke(l,b(t,f),y+d(p))]));return H(e,y+a+me,i`${fe(n,a)}${he(o,t,a)}${pe(y,a,u)}${m}${F(t,y+a+18)}`)}function Ke(e,t,r){return e==="candidate"?i`<circle class="marker candidate" cx="${t}%" cy="${r}" r="3"/>`:i`<rect class="marker stable" x="${t}%" y="${r-2.75}" width="5.5" height="5.5" transform="translate(-2.75 0)"/>`}function Xe(e){return e.flatMap(({x:t,y:r},n)=>r===void 0?[]:[`${n===0||e[n-1]?.y===void 0?"M":"L"}${E(t)} ${E(r)}`]).join("")}function E(e){return Number(e.toFixed(1))}function be(e,{span:t,steps:r,deaths:n,marks:o,height:a=130}){let s=p=>a*(1-p/100),d=r.map(({at:p,share:$},J)=>{let[I,q]=[b(t,p)*10,b(t,r[J+1]?.at??t.to)*10];return`${E(I)} ${E(s($))}L${E(q)} ${E(s($))}`}),u=d.length===0?"":`M${d.join("L")}`,m=r[0]===void 0?0:E(b(t,r[0].at)*10),l=r.flatMap(({at:p,share:$},J)=>{let[I,q]=[b(t,p),b(t,r[J+1]?.at??t.to)];return $===0||q-I<4?[]:[i`<text class="value" x="${I}%" dx="5" y="${y+Math.max(13,s($)-6)}"${$>85?i` dy="4"`:""}>${$} %</text>`]}),c=n.map(p=>i`<text class="death" x="${b(t,p)}%" y="${y+a-3}" text-anchor="middle">✕</text>`),f=[0,25,50,75,100].map(p=>({value:p,label:`${p} %`}));return H(e,y+a+me,i`${fe(f,a)}${pe(y,a,u===""?[]:[i`<path class="area candidate" d="${u}L${W} ${a}L${m} ${a}Z"/>`,i`<path class="line candidate" d="${u}"/>`])}${he(o,t,a)}${l}${c}${F(t,y+a+18)}`)}function ye(e,t,r){let n=r.map(({from:o,to:a,verdict:s,says:d})=>{let[u,m]=[b(t,o),b(t,a)],l=Math.max(.6,m-u),c=l>3.5?i`<text class="sign ${s}" x="${u+l/2}%" y="14" text-anchor="middle">${Ze[s]}</text>`:"";return i`<g><title>${d}</title><rect class="verdict ${s}" x="${u}%" width="${Math.min(l,100-u+.6)}%" y="1" height="18" rx="3"/>${c}</g>`});return H(e,20,i`<rect class="groove" x="0" y="1" width="100%" height="18" rx="3"/>${n}`)}var Ze={pass:"\u2713",fail:"\u2715",hold:"\u2026",error:"?"};function $e(e){return i`<svg class="chart" width="100%" height="20" aria-hidden="true">${F(e,14)}</svg>`}function ke(e,t,{low:r,high:n,estimate:o,tolerate:a}){let[s,d]=[S(t,r),S(t,n)],u=o===void 0||o<=0?"":i`<circle class="marker candidate" cx="${S(t,o)}%" cy="12" r="4.5"/>`,m=n>2**t.high?i`<text class="beyond" x="100%" y="16.5" text-anchor="end">▶</text>`:"",l=r<2**t.low?i`<text class="beyond" x="0" y="16.5">◀</text>`:"",c=a>1?i`<line class="limit" x1="${S(t,a)}%" x2="${S(t,a)}%" y1="0" y2="24"/>`:"";return H(e,24,i`<line class="equal" x1="${S(t,1)}%" x2="${S(t,1)}%" y1="0" y2="24"/>${c}<rect class="interval" x="${s}%" width="${Math.max(.6,d-s)}%" y="9" height="6" rx="3"/>${l}${m}${u}`)}function ve(e){let t=r=>Math.min(6,Math.max(-6,Math.log2(r)));return{low:Math.floor(Math.min(-1,...e.map(({low:r})=>r>0?t(r):-6))),high:Math.ceil(Math.max(1,...e.map(({high:r})=>t(r))))}}function S({low:e,high:t},r){let n=r>0?Math.log2(r):e;return 100*(Math.min(t,Math.max(e,n))-e)/(t-e)}function xe(e){let t=e.high-e.low>6?2:1,n=Array.from({length:e.high-e.low+1},(o,a)=>e.low+a).filter(o=>o%t===0).map(o=>{let a=o<0?`1/${2**-o}`:String(2**o);return i`<text class="tick" x="${S(e,2**o)}%" y="14" text-anchor="middle">${a}×</text>`});return i`<svg class="chart" width="100%" height="20" aria-hidden="true">${n}</svg>`}var Qe={good:"\u2713",bad:"\u21A9",open:"\u2026"},je=3e3;function Me(e){let{status:t,reason:r}=e.result.outcome,{words:n,tone:o}=_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.a[t],a=t==="rolled-back"?"\u21A9":o==="bad"?"\u2715":Qe[o];return i`<p class="place"><span>${e.cluster}</span> / <strong>${e.service}</strong></p>
<h1><span class="seal ${o}" aria-hidden="true">${a}</span>${n}</h1>
<p class="reason">${N((0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(r,je)))}</p>`}function Ee(e,t){let{result:r,history:n}=e,o=Math.max(0,...(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(n).map(({share:s})=>s)),a=t&&(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.h)(t.candidate);return i`<dl class="facts">
${L("Candidate",we(r.taskDefinitionArn),"candidate")}
${L("Stable",we(r.previousTaskDefinitionArn),"stable")}
${L("Took",(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(e.endedAt-(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e)))}
${L("Candidate\u2019s traffic",r.traffic===void 0?"\u2013":o>r.traffic?`${r.traffic} % now, ${o} % at most`:`${r.traffic} %`)}
${a===void 0||a.requests===0?void 0:L("Counted on the candidate",`${G(a.requests)} requests${Se(a.errors,a.requests,"failed")}${Se(a.slow,a.requests,"slow")}`)}
</dl>`}function we(e){return e===void 0?"not known":(0,_chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_6__.a)(e)}function L(e,t,r){return i`<div><dt>${r&&i`<span class="swatch ${r}" aria-hidden="true"></span>`}${e}</dt><dd>${N(t)}</dd></div>`}function Se(e,t,r){return e===void 0||e===0&&r==="slow"?"":e===0?`, none ${r}`:`, ${G(e)} ${r} (${Number((100*e/t).toPrecision(2))} %)`}function G(e){return Math.round(e).toLocaleString("en-US")}function Oe(e){let t=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.e)(e),{status:r}=e.result.outcome;if(t.length===0)return i`<p>Nothing has to be done: ${r==="unchanged"?"nothing was changed":"stable serves all traffic"}.</p>`;let n=t.map(({title:o,why:a,inputs:s})=>i`<div class="way"><h3>${o}</h3><p>${a}</p><pre tabindex="0" aria-label="${o}: the step's inputs"><code>- uses: OWNER/greenlight@v0
  with:
${s.map(d=>`    ${d}`).join(`
`)}</code></pre></div>`);return i`<p>As a step of a workflow, with the AWS role and <code>OWNER</code> of the one that deployed.</p><div class="ways">${n}</div>`}function Te({result:e,cluster:t,service:r}){let o=[["Cluster",t],["Service",r],["Image",e.image],["Candidate\u2019s task definition",e.taskDefinitionArn],["Stable\u2019s task definition",e.previousTaskDefinitionArn],["Deployment",e.deploymentArn]].flatMap(([a,s])=>s===void 0||s===""?[]:[i`<div><dt>${a}</dt><dd><code>${s}</code></dd></div>`]);return i`<dl class="names">${o}</dl>`}function R(e,t){return i`<table><thead><tr>${e.map(r=>i`<th scope="col">${r}</th>`)}</tr></thead><tbody>${t.map(([r="",...n])=>i`<tr><th scope="row">${r}</th>${n.map(o=>i`<td${et(o)?i` class="number"`:""}>${o}</td>`)}</tr>`)}</tbody></table>`}function et(e){return typeof e=="string"&&/^[\d.,/–-]+( %)?$/.test(e)}function A(e,t){return i`<div class="scroll" role="region" aria-label="${e}" tabindex="0">${t}</div>`}function x(e,t){return i`<details><summary>${e}</summary>${t}</details>`}var tt=60,rt=60,U=100,Ne=120,nt=120;function Ae(e,t){let{history:r}=e,n={span:(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.a)(e),zero:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),marks:ot(r)},o=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(r);return i`${at(r,n.marks,t!==void 0)}
${st(n,o,r)}
${dt(n,(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.f)(r,n.span.to))}
${t===void 0?i`<p class="aside">Requests and failures are not shown: no gate <code>metrics</code> counted them. The chart of the traffic is what was asked for.</p>`:pt(n,t)}`}function ot(e){return (0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.d)(e).slice(-rt)}function at({deaths:e},t,r){let n=t.some(({kind:o})=>o==="turn-back");return i`<ul class="legend" aria-label="Signs in the charts">
<li><span class="swatch candidate" aria-hidden="true"></span>candidate</li>
${r?i`<li><span class="swatch stable" aria-hidden="true"></span>stable</li>`:void 0}
${t.some(({kind:o})=>o==="continue")?i`<li><span class="rule continue" aria-hidden="true"></span>go on</li>`:void 0}
${n?i`<li><span class="rule turn-back" aria-hidden="true"></span>turn back</li>`:void 0}
${e.length>0?i`<li><span class="cross" aria-hidden="true">✕</span>a task died</li>`:void 0}
</ul>`}function it(e,t,r){return i`<figure><figcaption>${e}</figcaption>${t}${r&&x(`${e}: the numbers`,r)}</figure>`}function st({span:e,zero:t,marks:r},n,o){let a=n.map(({at:m,share:l})=>`${l} % from ${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(m-t)}`).slice(0,40),s=be({id:"share",title:"Share of traffic",description:`The candidate\u2019s share over time: ${a.join(", ")}.`},{span:e,steps:n,deaths:o.deaths.slice(0,tt).map(({at:m})=>m),marks:r}),d=o.changes.map(({at:m,look:l})=>[(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(m-t),l.stage,`${l.share} %`,`${l.candidate.running}/${l.candidate.requested}`,String(l.stable.running)]);return it("Candidate\u2019s share of the traffic",s,A("Share of traffic",R(["Time","Stage","Candidate\u2019s share","Candidate\u2019s tasks","Stable\u2019s tasks"],Ce(d))))}function dt({span:e,zero:t},r){if(r.length===0)return;let n=({step:s,verdict:d,sentence:u,from:m})=>`${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(m-t)} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(s)}: ${d}. ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(u,nt)}`,o=r.map(({name:s,spans:d},u)=>{let m=d.slice(0,20).map(({from:c,verdict:f,step:p})=>`${f} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(p)} from ${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(c-t)}`),l=ye({id:`lane${u}`,title:`Verdicts of ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(s,Ne)}`,description:`${m.join(", ")}.`},e,mt(d,(e.to-e.from)*r.length/ut).map(c=>({...c,says:n(c)})));return i`<div class="lane"><p class="lane-name">${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(s,Ne)}</p>${l}</div>`}),a=i`<ul class="legend" aria-label="Signs of the verdicts">${["pass","hold","fail","error"].map(s=>i`<li><span class="badge ${s}" aria-hidden="true">${lt[s]}</span>${ct[s]}</li>`)}</ul>`;return i`<figure><figcaption>Verdicts of the gates</figcaption>${a}${o}${$e(e)}</figure>`}var lt={pass:"\u2713",hold:"\u2026",fail:"\u2715",error:"?"},ct={pass:"pass",hold:"hold: not enough evidence yet",fail:"fail",error:"error: could not look"},ut=150,Re={pass:0,hold:1,error:2,fail:3};function mt(e,t){let r=[];for(let n of e){let o=r.at(-1);if(o===void 0||o.to-o.from>=t){r.push(n);continue}let a=Re[n.verdict]>Re[o.verdict]?n:o;r[r.length-1]={...a,from:o.from,to:n.to}}return r}function pt({span:e,zero:t,marks:r},n){let{candidate:o,stable:a,slowerThanMs:s}=n,d={candidate:o.filter(l=>l.to>e.from),stable:a.filter(l=>l.to>e.from)},u=(l,c)=>{let f=["stable","candidate"].map(p=>({className:p,points:gt(d[p],n.binMs,c)}));return f.some(({points:p})=>p.some($=>$.value!==void 0))?ht({span:e,zero:t,marks:r},{...l,lines:f}):void 0},m=s===void 0?"Slow requests":`Requests slower than ${Number(s.toPrecision(3))} ms`;return i`
${u({id:"rate",title:"Requests a second",unit:""},_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.j)}
${u({id:"errors",title:"Failed requests",unit:" %"},l=>(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.i)(l,"errors"))}
${u({id:"slow",title:m,unit:" %"},l=>(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.i)(l,"slow"))}
<p class="aside">${ft[n.source]} The judge looks at whole minutes, the newest of which is one or two minutes old, and at none after a rollback is ordered.</p>
${x("Requests and failures: the numbers",A("Requests and failures of both versions",bt(d.candidate,d.stable,t)))}`}var ft={"load-balancer":"Counted by the load balancer.",cloudwatch:"Counted by the application, in CloudWatch.",prometheus:"Counted by the application, in Prometheus."};function ht({span:e,marks:t},{id:r,title:n,unit:o,lines:a}){let s=m=>Math.max(0,...a.filter(({className:l})=>l===m).flatMap(({points:l})=>l.flatMap(({value:c})=>c??[]))),d=m=>`${Number(m.toPrecision(3)).toLocaleString("en-US")}${o}`,u=ge({id:r,title:`${n} over time`,description:`At most ${d(s("candidate"))} of the candidate, ${d(s("stable"))} of stable. The numbers are in the table below the charts.`},{span:e,lines:a,ticks:(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.m)(Math.max(s("candidate"),s("stable")),o),marks:t});return i`<figure><figcaption>${n}</figcaption>${u}</figure>`}function gt(e,t,r){return e.flatMap((n,o)=>{let a=e[o-1];return[...a!==void 0&&n.from-a.to>=t?[{at:n.from,value:void 0}]:[],{at:(n.from+n.to)/2,value:r(n)}]})}function bt(e,t,r){let n=[...new Set([...e,...t].map(({from:c})=>c))].sort((c,f)=>c-f),[o,a]=[e,t].map(c=>new Map(c.map(f=>[f.from,f]))),s=[...e,...t].some(({slow:c})=>c!==void 0),d=c=>[c?.requests,c?.errors,...s?[c?.slow]:[]].map(f=>f===void 0?"\u2013":G(f)),u=["requests","failed",...s?["slow"]:[]],m=["Time",...u.map(c=>`Candidate\u2019s ${c}`),...u.map(c=>`Stable\u2019s ${c}`)],l=n.map(c=>[(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(c-r),...d(o?.get(c)),...d(a?.get(c))]);return R(m,Ce(l))}function Ce(e){if(e.length<=U)return e;let t=U/2,r=e[0]?.length??1,n=[`\u2026 ${e.length-U} more`,...Array.from({length:r-1},()=>"")];return[...e.slice(0,t),n,...e.slice(-t)]}var Le=120,yt=600,$t=60,kt=4,vt=40,xt={pass:"\u2713",hold:"\u2026",fail:"\u2715",error:"?"};function Y(e){return i`<span class="badge ${e}"><span aria-hidden="true">${xt[e]} </span>${e}</span>`}function Ie(e){let{history:t}=e,r=wt(t),n=St(t);if(n.length===0)return i`<p>No gate was looked through.</p>`;let o=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),a=n.map(d=>[i`<code>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(d),Le)}</code>`,...r.map(u=>Et(Mt(t,d,u),o))]),s=t.gates.slice(-$t).map(({gate:d,step:u,verdict:m,sentence:l,looks:c})=>i`<li>${Y(m)} <strong>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(d),Le)}</strong> ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(u)}: ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(l,yt)} <span class="aside">(${c===1?"one look":`${c} looks`})</span></li>`);return i`${A("Verdicts by gate and step",R(["Gate",...r.map(_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)],a))}
${x("What each said last",i`<ul class="said">${s}</ul>`)}`}function wt({plan:e,gates:t}){let r=[...e?.steps??[],...t.map(({step:n})=>n)];return[...new Map(r.map(n=>[n.share,n])).values()].toSorted((n,o)=>n.share-o.share)}function St({plan:e,gates:t}){let r=[...e?.gates??[],...t.map(({gate:n})=>n)];return[...new Map(r.map(n=>[JSON.stringify(n),n])).values()]}function Mt({gates:e},t,r){let n=JSON.stringify(t);return e.find(o=>o.step.share===r.share&&JSON.stringify(o.gate)===n)}function Et(e,t){if(e===void 0)return i`<span class="aside">not looked</span>`;let{verdicts:r}=e,n=r.slice(-kt),o=r.length-n.length;return i`<ol class="path">${o>0?i`<li class="aside">${o} before</li>`:void 0}${n.map(({at:a,verdict:s})=>i`<li>${Y(s)} <time>${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(a-t)}</time></li>`)}</ol>`}function _e({history:e}){let t=(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.c)(e);if(t.length===0)return;let r=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.k)(e).slice(-vt),n=A("Candidate against stable",R(_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.b,t));return i`${r.length>0?Ot(r):void 0}${r.length>0?x("Candidate against stable: the numbers",n):n}`}function Ot(e){let t=ve(e),r=e.map((n,o)=>{let{metric:a,step:s,verdict:d,low:u,high:m,estimate:l}=n,c=`${a} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(s)}`,f=Tt(u,m,l);return i`<div class="lane"><p class="lane-name">${Y(d)} ${c} <span class="aside">${f}</span></p>${ke({id:`ratio${o}`,title:`Ratio of ${c}`,description:f},t,n)}</div>`});return i`<figure><figcaption>How many times stable’s share of bad requests the candidate’s is</figcaption>
<p class="aside">The bar is what the judge does not rule out, at any time, with the error budget of its gate; the line is “as stable”.</p>${r}${xe(t)}</figure>`}function Tt(e,t,r){let n=a=>`${Number(a.toPrecision(2))}`,o=t===Number.POSITIVE_INFINITY?`at least ${n(e)} times`:`${n(e)} to ${n(t)} times`;return r===void 0?o:`${n(r)} times, ${o}`}var ze=`
:root{color-scheme:light dark;
--ground:#fff;--raised:#f6f7f9;--line:#dfe3e8;--text:#1b2028;--soft:#57606c;
--candidate:#6d28d9;--candidate-area:#6d28d926;--stable:#3d5a73;
--good:#116937;--good-ground:#dcf4e4;--bad:#b3261e;--bad-ground:#fde3e1;--open:#8a5300;--open-ground:#fdeecb;--dim:#57606c;--dim-ground:#e9ecf0;
--hatch:#e5b95c;--link:#0b57c2}
@media (prefers-color-scheme:dark){:root{
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
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1rem 1.5rem;margin:0}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
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
summary::before{content:"\u25B8 "}
details[open]>summary::before{content:"\u25BE "}
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
.ways{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:0 1.5rem}
.way h3{margin-top:.75rem}
.story li{position:relative;display:grid;grid-template-columns:3.6rem 1fr;gap:1.75rem;padding:0 0 .9rem}
.story time{padding-top:.12rem;text-align:right}
.story li::before{content:"";position:absolute;left:4.2rem;top:.45rem;width:.7rem;height:.7rem;border-radius:50%;background:var(--ground);border:2px solid var(--soft)}
.story li::after{content:"";position:absolute;left:4.5rem;top:1.25rem;bottom:-.35rem;width:2px;background:var(--line)}
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
@media (max-width:37.5rem){.minor{display:none}.chart{width:calc(100% - 3.5rem);margin-left:3rem;margin-right:.5rem}.facts{grid-template-columns:repeat(2,minmax(0,1fr))}.story li{grid-template-columns:2.9rem 1fr;gap:1.6rem}.story li::before{left:3.4rem}.story li::after{left:3.7rem}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}nav,.skip{display:none}section{padding-top:1rem}figure,.way,.story li,.said li{break-inside:avoid}h2,h3{break-after:avoid}pre{max-height:none;white-space:pre-wrap}.scroll{overflow:visible;border:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;var He=5;function Ge(e){let{history:t,endedAt:r,result:n}=e,{words:o}=_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.a[n.outcome.status],a=[...Nt(t),...At(t),...Ct(t),...Lt(t),...t.questions.map(({at:s,step:d,until:u})=>({at:s,kind:"asked",title:"A person is asked",text:`Whether to go on ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(d)}; the job waits until ${new Date(u).toISOString()}.`})),...t.troubles.map(_t),...zt(t.deaths,r)].toSorted((s,d)=>s.at-d.at);return[...It(a),{at:r,kind:"end",title:o,text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(n.outcome.reason)}]}function Nt(e){let t=new Map(e.changes.map(({at:r,look:n})=>[r,n]));return (0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.b)(e).flatMap(({at:r,share:n},o)=>{let a=t.get(r);if(a===void 0||!(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.c)(e,n))return[];let s=o===0&&n===0?"The candidate is started":`The candidate has ${n} % of the traffic`;return[{at:r,kind:"share",title:s,text:`${(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(Rt(a))} Stage ${a.stage}.`}]})}function Rt({candidate:e,stable:t}){return`${e.running} of ${e.requested} candidate tasks run, ${t.running} of stable`}function At({changes:e,decisions:t}){return e.flatMap(({at:r,look:n},o)=>{let a=e[o-1]?.look,s=n.note!==void 0&&n.note!==a?.note?[{at:r,kind:"note",title:"Note",text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(n.note)}]:[],d=n.movement==="turning-back"&&a?.movement!=="turning-back",u=t.some(m=>m.orders.includes("turn-back")&&m.at<=r);return d&&!u?[...s,{at:r,kind:"turn-back",title:"Turning back",text:`Nobody here ordered it. Stage ${n.stage}.`}]:s})}function Ct({gates:e}){return e.flatMap(({gate:t,step:r,verdicts:n})=>n.map(({at:o,verdict:a,sentence:s})=>({at:o,kind:"verdict",verdict:a,title:`${(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(t)}: ${a}`,text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(`${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(r)}: ${s}`),...a==="pass"?{passed:{when:(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(r),gates:[`${(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(t)}: ${s}`]}}:{}})))}function Lt(e){return (0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.d)(e).map(({at:t,kind:r,reason:n})=>({at:t,kind:r,title:r==="turn-back"?"Turn back":"Go on",text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(n)}))}function It(e){let t=[];for(let r of e){let[n,o,a]=[t.at(-1),t.at(-1)?.passed,r.passed];if(n===void 0||o===void 0||a===void 0||o.when!==a.when){t.push(r);continue}let s=[...o.gates,...a.gates],d=`${s.length} gates pass ${o.when}`;t[t.length-1]={...n,title:d,text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(s.join("; ")),passed:{...o,gates:s}}}return t}function _t({kind:e,at:t,problem:r,times:n}){let o=n>1?` (${n} times)`:"";return{at:t,kind:"trouble",title:e==="blind"?"Could not look":"An order failed",text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)(`${r}${o}`)}}function zt(e,t){let r=e.slice(0,He).map(({at:u,death:m})=>({at:u,kind:"death",title:"A task died",text:(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.d)((0,_chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_3__.e)(m))})),n=e.slice(He),[o,a]=[n[0],n.at(-1)];if(o===void 0||a===void 0)return r;let s=`${n.length} more ${n.length===1?"task":"tasks"} died`,d=(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(Math.min(a.at,t)-o.at);return[...r,{at:o.at,kind:"death",title:s,text:`Within ${d}.`}]}var K=60,Ht=140,De=3,Gt=20,Je=400,Dt=400,Jt=5,qt=5e4;function qe(e){let t=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),r=Ge(e);if(r.length<=K)return D(r,t);let n=K/2,o=r.slice(n,-n),a=o.length-(Ht-K),s=a>0?`${o.length} more (the last ${o.length-a})`:`${o.length} more`;return i`${D(r.slice(0,n),t)}${x(s,D(a>0?o.slice(a):o,t))}${D(r.slice(-n),t)}`}function D(e,t){return i`<ol class="story">${e.map(({at:r,kind:n,verdict:o,title:a,text:s})=>i`<li class="${n} ${o??""}"><time>${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(r-t)}</time><div><strong>${N((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(a,160))}</strong><p>${N((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(s,Je))}</p></div></li>`)}</ol>`}function Pe(e){let{deaths:t}=e.history;if(t.length===0)return;let r=(0,_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),n=t.slice(0,Gt).map(({at:m,death:l,logTail:c},f)=>{let p=c.map($=>(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)($,Dt)).join(`
`);return i`<li><p><time>${(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.e)(m-r)}</time> ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_3__.e)(l),Je)}</p>${c.length===0||f>=Jt?void 0:i`<details${f===0?i` open`:""}><summary>Last lines of its log</summary><pre tabindex="0" aria-label="Last lines of the log"><code>${p}</code></pre></details>`}</li>`}),o=t.length-n.length,[a,s]=[n.slice(0,De),n.slice(De)],d=o>0?i`<p>… and ${o} after them.</p>`:void 0,u=i`<ol class="deaths">${s}</ol>${d}`;return i`<ol class="deaths">${a}</ol>${s.length>0?x(`${s.length+o} more`,u):void 0}`}function Ve({history:e,service:t,cluster:r,result:n}){let o=(0,_chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_2__.a)(e,{service:t,cluster:r,deployment:n.deploymentArn??""});if(o===void 0)return;let a=`greenlight-evidence-${t}.json`;return o.length>qt?i`<p>It is too long for this page: the file <code>${a}</code> (output <code>evidence</code>) has it, ${Math.ceil(o.length/1024)} kB.</p>`:x(`${a}`,i`<pre tabindex="0" aria-label="Evidence as JSON"><code>${ue(o)}</code></pre>`)}var Pt="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",Vt=28e4,X=["evidence","compared","story","gates","course"],Be=300;function tn(e){let[t,r]=[(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.service,Be),(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.cluster,Be)],n={...e,service:t,cluster:r},o=Bt(n),a=s=>Wt(n,o.filter(({id:d})=>!s.includes(d)));for(let s=0;s<X.length;s+=1){let d=a(X.slice(0,s));if(d.length<=Vt)return d}return a(X)}function Bt(e){let t=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.g)(e.history,(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.a)(e)),{tone:r}=_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.a[e.result.outcome.status],n={id:"now",title:"What to do now",content:Oe(e)},o=r==="open";return[...o?[n]:[],{id:"course",title:"How it went",content:Ae(e,t)},{id:"deaths",title:"Tasks that died",content:Pe(e)},{id:"compared",title:"Candidate against stable",content:_e(e)},{id:"gates",title:"Gates",content:Ie(e)},{id:"story",title:"The story",content:qe(e)},...o?[]:[n],{id:"names",title:"Names",content:Te(e)},{id:"evidence",title:"Evidence",content:Ve(e)}].flatMap(({id:a,title:s,content:d})=>d===void 0?[]:[{id:a,title:s,content:d}])}function Wt(e,t){let{result:r,history:n,service:o,endedAt:a}=e,{words:s,tone:d}=_chunk_VUC5QC62_js__WEBPACK_IMPORTED_MODULE_1__.a[r.outcome.status],u=(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.g)(n,(0,_chunk_LSCSJRMQ_js__WEBPACK_IMPORTED_MODULE_0__.a)(e));return i`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{markup:Pt}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${s}: ${o}</title>
<style>${{markup:ze}}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${Ft}
<header class="${d}">
${Me(e)}
${Ee(e,u)}
</header>
<nav aria-label="Sections"><ul>${t.map(({id:m,title:l})=>i`<li><a href="#${m}">${l}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${t.map(({id:m,title:l,content:c})=>i`<section id="${m}" aria-labelledby="${m}-h"><h2 id="${m}-h">${l}</h2>${c}</section>
`)}
</main>
<footer><p>Written by Greenlight on ${new Date(a).toISOString().replace("T"," ").slice(0,19)} UTC. Times count from the begin of the rollout.${n.forgotten>0?` ${n.forgotten} entries of a long rollout are left out.`:""}</p></footer>
</body>
</html>
`.markup}var Ft=i`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs></svg>`;


/***/ })

};
