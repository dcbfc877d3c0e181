export const id = 675;
export const ids = [675];
export const modules = {

/***/ 1662:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ G),
/* harmony export */   b: () => (/* binding */ w),
/* harmony export */   c: () => (/* binding */ _),
/* harmony export */   d: () => (/* binding */ J),
/* harmony export */   e: () => (/* binding */ A),
/* harmony export */   f: () => (/* binding */ U),
/* harmony export */   g: () => (/* binding */ $),
/* harmony export */   h: () => (/* binding */ Q),
/* harmony export */   i: () => (/* binding */ W),
/* harmony export */   j: () => (/* binding */ X),
/* harmony export */   k: () => (/* binding */ Z),
/* harmony export */   l: () => (/* binding */ ee),
/* harmony export */   m: () => (/* binding */ P),
/* harmony export */   n: () => (/* binding */ te),
/* harmony export */   o: () => (/* binding */ oe)
/* harmony export */ });
/* harmony import */ var _chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7816);
/* harmony import */ var _chunk_NMQBPTCZ_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1292);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9547);
/* harmony import */ var _chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9273);
/* harmony import */ var _chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2133);
function G(e){let r=Math.min((0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_0__.b)(e),...e.history.changes.slice(0,1).map(({at:n})=>n));return{from:r,to:Math.max(e.endedAt,r+1e3)}}function w({changes:e}){return e.map(({at:r,look:n})=>({at:r,share:n.share})).filter(({share:r},n,t)=>t[n-1]?.share!==r)}function _({plan:e},r){return e===void 0||r<=0||r>=100||e.steps.some(n=>n.share===r)}function J(e){let r=w(e);return e.decisions.flatMap(n=>n.orders.includes("turn-back")?[{...n,kind:"turn-back"}]:n.orders.includes("advance")&&_(e,A(r,n.at))?[{...n,kind:"continue"}]:[])}function A(e,r){return e.findLast(n=>n.at<=r)?.share??0}function U(e,r){let{gates:n}=e,t=w(e),o=a=>t.find(i=>i.at>a)?.at??Math.max(a,r),s=new Map;for(let{gate:a,step:i,verdicts:d,lastAt:l}of n){let c=JSON.stringify(a),u=s.get(c)??{gate:a,spans:[]};s.set(c,u),u.spans.push(...d.map(({at:m,verdict:b,sentence:S},p)=>({from:m,to:d[p+1]?.at??o(l),verdict:b,step:i,sentence:S})))}return[...s.values()].map(({gate:a,spans:i})=>{let d=i.toSorted((l,c)=>l.from-c.from);return{gate:a,name:(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_2__.a)(a),spans:d}})}var k={pass:0,hold:1,error:2,fail:3};function $(e,r){let n=[];for(let t of e){let o=n.at(-1);if(o===void 0||o.to-o.from>=r){n.push(t);continue}let s=k[t.verdict]>k[o.verdict]?t:o;n[n.length-1]={...s,from:o.from,to:t.to}}return n}var B=150;function Q(e,r){let n=e.gates.toSorted((u,m)=>u.lastAt-m.lastAt).flatMap(({gate:u,evidence:m})=>u.kind==="metrics"?R(u.source.kind,m):[]),t=n[0]?.source;if(t===void 0)return;let o=n.filter(u=>u.source===t),s=(0,_chunk_NMQBPTCZ_js__WEBPACK_IMPORTED_MODULE_3__.b)(o.flatMap(({candidate:u,stable:m})=>[...u,...m].map(({start:b})=>b))),a=w(e).find(({share:u})=>u>0)?.at??Number.POSITIVE_INFINITY,i=s*Math.max(1,Math.ceil((r.to-r.from)/s/B)),d=(u,m)=>{let b=new Map;for(let S of o)for(let p of S[u])p.start+_chunk_NMQBPTCZ_js__WEBPACK_IMPORTED_MODULE_3__.c*s<=S.now&&p.start+s>m&&p.start<r.to&&b.set(p.start,{...b.get(p.start),...p});return H([...b.values()],r.from,i,s)},l=d("candidate",a),c=d("stable",r.from);if(l.length+c.length!==0)return{candidate:l,stable:c,source:t,slowerThanMs:o.findLast(u=>u.slowerThanMs)?.slowerThanMs,binMs:i}}function R(e,r){let n=(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(r)?r.seen:void 0,t=(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(n)?n.minutes:void 0;return!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(n)||!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(t)?[]:[{source:e,now:f(n.now)??Number.POSITIVE_INFINITY,slowerThanMs:f(n.slowerThanMs),candidate:V(t.candidate),stable:V(t.stable)}]}function V(e){return (0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.b)(e).flatMap(r=>{let[n,t]=[f(r.start),f(r.requests)],[o,s]=[f(r.errors),f(r.slow)];return n===void 0||t===void 0?[]:[{start:n,requests:t,...o===void 0?{}:{errors:o},...s===void 0?{}:{slow:s}}]})}function f(e){return typeof e=="number"&&Number.isFinite(e)?e:void 0}function H(e,r,n,t){let o=new Map,s=Math.max(...e.map(({start:a})=>a+t));for(let{start:a,requests:i,errors:d,slow:l}of e.toSorted((c,u)=>c.start-u.start)){let c=n===t?a:r+Math.floor((a-r)/n)*n,u=o.get(c);o.set(c,{from:c,to:Math.min(c+n,Math.max(s,c+t)),requests:(u?.requests??0)+i,errors:M(u?.errors,d),slow:M(u?.slow,l)})}return[...o.values()]}function M(e,r){return e===void 0?r:e+(r??0)}function W(e){return e.reduce((r,n)=>({requests:r.requests+n.requests,errors:M(r.errors,n.errors),slow:M(r.slow,n.slow)}),{requests:0,errors:void 0,slow:void 0})}function X(e,r){let n=e[r];return n===void 0||e.requests<=0?void 0:Math.min(100,100*n/e.requests)}function Z({requests:e,from:r,to:n}){return e/((n-r)/1e3)}function ee({gates:e}){return e.flatMap(({step:r,verdict:n,evidence:t})=>(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.b)((0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(t)?t.metrics:void 0).flatMap(o=>{let{ratio:s,rules:a}=o;if(!(0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(s))return[];let[i,d]=[f(s.low),v(s.high)];if(i===void 0||d===void 0||i<=0&&d===Number.POSITIVE_INFINITY)return[];let l=o.metric;return[{metric:typeof l=="string"?l:"metrics",step:r,verdict:n,low:i,high:d,estimate:f(s.estimate),tolerate:((0,_chunk_ERLV3ZSG_js__WEBPACK_IMPORTED_MODULE_4__.a)(a)?f(a.tolerate):void 0)??1}]}))}function v(e){return e===null||e===Number.POSITIVE_INFINITY?Number.POSITIVE_INFINITY:f(e)}var E=1e3,q=60*E,h=60*q,F=[...[1,2,5,10,15,30].map(e=>e*E),...[1,2,5,10,15,30].map(e=>e*q),...[1,2,3,6,12,24,48,96].map(e=>e*h)];function P(e,r){return F.find(n=>e/n<=r-1)??Math.ceil(e/(r-1)/h)*h}function te(e,r){let n=P(e,r);return Array.from({length:Math.floor(e/n)+1},(t,o)=>({value:o*n,label:n>=h?`${o*n/h} h`:(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_1__.c)(o*n)}))}function oe(e,r=""){let n=e>0?e:1,t=10**Math.floor(Math.log10(n/4)),o=[1,2,2.5,5,10].map(a=>a*t).find(a=>n/a<=4.0001)??10*t,s=Math.max(1,Math.ceil(n/o-1e-9));return Array.from({length:s+1},(a,i)=>{let d=Number((i*o).toPrecision(6));return{value:d,label:`${d.toLocaleString("en-US",{maximumFractionDigits:6})}${r}`}})}


/***/ }),

/***/ 1593:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ c),
/* harmony export */   b: () => (/* binding */ t)
/* harmony export */ });
var n=/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g,r=/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;function c(u){return u.replaceAll(`\r
`,`
`).replace(n,"").replace(r,"\uFFFD")}function t(u,e){if(u.length<=e)return u;let f=u.slice(0,e-1);return`${/[\ud800-\udbff]$/.test(f)?f.slice(0,-1):f}\u2026`}


/***/ }),

/***/ 675:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   pageOf: () => (/* binding */ Fn)
/* harmony export */ });
/* harmony import */ var _chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1662);
/* harmony import */ var _chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(1593);
/* harmony import */ var _chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7816);
/* harmony import */ var _chunk_U6427N73_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(117);
/* harmony import */ var _chunk_62EEWLZJ_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4862);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(9547);
/* harmony import */ var _chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9273);
/* harmony import */ var _chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(269);
/* harmony import */ var _chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(8340);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9566);
function s(e,...t){return{markup:e.map((r,n)=>n===0?r:`${Oe(t[n-1])}${r}`).join("")}}function Oe(e){return e===void 0?"":typeof e=="string"?dt(e):typeof e=="number"?lt(e):"markup"in e?e.markup:e.map(Oe).join("")}var Ee={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"};function dt(e){return (0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.a)(e).replace(/[&<>"']/g,t=>Ee[t]??"")}function O(e){return e.replace(/(\d) %/g,"$1\xA0%")}function Ne(e){return{markup:(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.a)(e).replace(/[&<>]/g,t=>Ee[t]??"")}}function lt(e){return Number.isFinite(e)?String(Number(e.toFixed(2))):"0"}var P=1e3,ct=24,mt={wide:[8,7],narrow:[6,4]},ut=5;function g({from:e,to:t},r){return Math.min(100,Math.max(0,100*(r-e)/(t-e)))}function D({id:e,title:t,description:r},n,o){return s`<svg class="chart" width="100%" height="${n}" role="img" aria-labelledby="${e}-t ${e}-d"><title id="${e}-t">${t}</title><desc id="${e}-d">${r}</desc>${o}</svg>`}function K(e,t,{top:r,height:n},o){return D(e,r+n+ct,s`${o}${Re(t,r+n+18)}`)}function U({top:e,height:t},r){return s`<svg y="${e}" width="100%" height="${t}" viewBox="0 0 ${P} ${t}" preserveAspectRatio="none">${r}</svg>`}function Re(e,t){return["wide","narrow"].flatMap(r=>{let[n,o]=mt[r],i=(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.n)(e.to-e.from,n);return(i.every(({label:d})=>d.length<=ut)?i:(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.n)(e.to-e.from,o)).map(({value:d,label:l})=>{let m=g(e,e.from+d);return s`<text class="tick ${r}" x="${m}%" y="${t}" text-anchor="middle">${l}</text>`})})}function Ce(e){return s`<svg class="chart" width="100%" height="20" aria-hidden="true">${Re(e,14)}</svg>`}function Y(e,{top:t,height:r}){let n=e.at(-1)?.value??1;return e.map(({value:o,label:i})=>{let a=t+r*(1-o/n);return s`<line class="grid" x1="0" x2="100%" y1="${a}" y2="${a}"/><text class="tick" x="-8" y="${a+4}" text-anchor="end">${i}</text>`})}function X(e,t,{top:r,height:n}){return e.map(({at:o,kind:i})=>{let a=g(t,o);return s`<line class="mark ${i}" x1="${a}%" x2="${a}%" y1="${r-8}" y2="${r+n}"/>`})}var pt={continue:"go on","turn-back":"turn back"},ie={wide:9,narrow:25};function Ae(e,t,{top:r}){let o=e.map(a=>({...a,x:g(t,a.at)})).toSorted((a,d)=>+(d.kind==="turn-back")-+(a.kind==="turn-back")),i={wide:[],narrow:[]};return o.flatMap(({x:a,kind:d,reason:l})=>{let m=f=>Math.min(100-ie[f]/2,Math.max(ie[f]/2,a)),u=f=>i[f].every(b=>Math.abs(b-m(f))>=ie[f]);if(!u("wide"))return[];let c=u("narrow");i.wide.push(m("wide")),c&&i.narrow.push(m("narrow"));let p=a>90?"end":a<5?"start":"middle";return[s`<text class="happened ${d}${c?"":" wide"}" x="${a}%" y="${r-13}" text-anchor="${p}"><title>${l}</title>${pt[d]}</text>`]})}function M(e){return Number(e.toFixed(1))}var z={top:30,height:130},Le={wide:5,narrow:15},ft=4.5;function Ie(e,{span:t,steps:r,deaths:n,marks:o}){let{top:i,height:a}=z,d=$=>a*(1-$/100),l=r.map(({at:$,share:N},te)=>{let[G,W]=[g(t,$)*10,g(t,r[te+1]?.at??t.to)*10];return`${M(G)} ${M(d(N))}L${M(W)} ${M(d(N))}`}),m=l.length===0?"":`M${l.join("L")}`,u=r[0]===void 0?0:M(g(t,r[0].at)*10),c=a-(n.length>0?16:0),p=r.flatMap(({at:$,share:N},te)=>{let[G,W]=[g(t,$),g(t,r[te+1]?.at??t.to)];return N===0||W-G<Le.wide?[]:[s`<text class="value${W-G<Le.narrow?" wide":""}" x="${G}%" dx="5" y="${i+Math.min(c,Math.max(13,d(N)-6))}"${N>85?s` dy="4"`:""}>${N} %</text>`]}),f=ht(n.map($=>g(t,$))).map($=>s`<text class="death" x="${$}%" y="${i+a-3}" text-anchor="middle">✕</text>`),b=[0,25,50,75,100].map($=>({value:$,label:`${$} %`})),v=m===""?[]:[s`<path class="area candidate" d="${m}L${P} ${a}L${u} ${a}Z"/>`,s`<path class="line candidate" d="${m}"/>`];return K(e,t,z,s`${Y(b,z)}${U(z,v)}${X(o,t,z)}${Ae(o,t,z)}${p}${f}`)}function ht(e){let t=[];for(let r of e){let n=t.at(-1);(n===void 0||r-n>=ft)&&t.push(r)}return t}var J={pass:"\u2713",fail:"\u2715",hold:"\u2026",error:"?"};function _e(e,t,r){let n=r.map(({from:o,to:i,verdict:a,says:d})=>{let[l,m]=[g(t,o),g(t,i)],u=Math.max(.6,m-l),c=u>3.5?s`<text class="sign ${a}" x="${l+u/2}%" y="14" text-anchor="middle">${J[a]}</text>`:"";return s`<g><title>${d}</title><rect class="verdict ${a}" x="${l}%" width="${Math.min(u,100-l+.6)}%" y="1" height="18" rx="3"/>${c}</g>`});return D(e,20,s`<rect class="groove" x="0" y="1" width="100%" height="18" rx="3"/>${n}`)}var ze={wide:45,narrow:16},T={top:16,height:120},gt={wide:10,narrow:24},C=15;function He(e,{span:t,lines:r,ticks:n,marks:o}){let{top:i,height:a}=T,d=n.at(-1)?.value??1,l=p=>a*(1-Math.min(1,p/d)),m=r.map(({className:p,points:f})=>s`<path class="line ${p}" d="${bt(f.map(({at:b,value:v})=>({x:g(t,b)*P/100,y:v===void 0?void 0:l(v)})))}"/>`),u=r.filter(({points:p})=>p.length<=ze.wide).flatMap(({className:p,points:f})=>f.flatMap(({at:b,value:v})=>v===void 0?[]:[yt(f.length>ze.narrow?`${p} wide`:p,g(t,b),i+l(v))])),c=r.map(({className:p,points:f})=>({className:p,places:f.flatMap(({at:b,value:v})=>v===void 0?[]:[{x:g(t,b),y:i+l(v)}])}));return K(e,t,T,s`${Y(n,T)}${X(o,t,T)}${U(T,m)}${u}${Ge(c,"wide")}${Ge(c,"narrow")}`)}function Ge(e,t){let r=gt[t],n=(a,d)=>e.flatMap(({places:l})=>l).filter(({x:l,y:m})=>l>a&&l<a+r&&m>d&&m<d+C).length,o=e.flatMap(({className:a,places:d})=>{let l=d.at(-1);if(l===void 0)return[];let{x:m,y:u}=l;if(m+r<=100&&n(m,u-C/2)===0)return[{className:a,x:m,y:u+4,dx:9,anchor:"start"}];let p=u+C+3<T.top+T.height&&n(m-r,u+2)<n(m-r,u-C-2);return[{className:a,x:m,y:p?u+C+1:u-8,dx:4,anchor:"end"}]}).toSorted((a,d)=>d.y-a.y),i=T.top+T.height+4;return o.map(({className:a,x:d,y:l,dx:m,anchor:u},c)=>{let p=o.length-1-c,f=Math.max(10+p*C,Math.min(l,i));return i=f-C,s`<text class="name ${a} ${t}" x="${d}%" y="${f}" dx="${m}" text-anchor="${u}">${a}</text>`})}function yt(e,t,r){return e.startsWith("candidate")?s`<circle class="marker ${e}" cx="${t}%" cy="${r}" r="3"/>`:s`<rect class="marker ${e}" x="${t}%" y="${r-2.75}" width="5.5" height="5.5" transform="translate(-2.75 0)"/>`}function bt(e){return e.flatMap(({x:t,y:r},n)=>r===void 0?[]:[`${n===0||e[n-1]?.y===void 0?"M":"L"}${M(t)} ${M(r)}`]).join("")}var $t={good:"\u2713",bad:"\u21A9",open:"\u2026"},kt=3e3,Z=90,xt=160;function De(e){let{status:t}=e.result.outcome,{words:r,tone:n}=_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.a[t],o=t==="rolled-back"?"\u21A9":n==="bad"?"\u2715":$t[n],{before:i,gate:a,after:d}=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.e)(e),l=a===void 0?void 0:s`<code>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(a,xt)}</code>`;return s`<p class="place"><span>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.cluster,Z)}</span> / <strong>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.service,Z)}</strong></p>
<h1><span class="seal ${n}" aria-hidden="true">${o}</span>${r}</h1>
<p class="reason">${O(i)}${l}${O((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(d,kt))}</p>`}function Je(e,t){let{result:r,history:n}=e,{traffic:o}=r,i=Math.max(0,...(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.b)(n).map(({share:l})=>l)),a=t&&(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.i)(t.candidate),d=o!==void 0&&i>o?`${i} % at most`:void 0;return s`<dl class="facts">
${q("Candidate",Pe(r.taskDefinitionArn),r.image&&(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.f)(r.image),"candidate")}
${q("Its traffic",o===void 0?"not known":`${o} %`,d)}
${a===void 0||a.requests===0?void 0:q("Its requests",Q(a.requests),vt(a))}
${q("Stable",Pe(r.previousTaskDefinitionArn),o===void 0?void 0:`serves ${100-o} % now`,"stable")}
${q("Took",(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(e.endedAt-(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.b)(e)),`until ${(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.h)(e.endedAt)}`)}
</dl>`}function Pe(e){return e===void 0?"not known":(0,_chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_6__.a)(e)}function q(e,t,r,n){return s`<div><dt>${n&&s`<span class="swatch ${n}" aria-hidden="true"></span>`}${e}</dt><dd>${O((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(t,Z))}${r&&s`<span class="note">${O((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(r,Z))}</span>`}</dd></div>`}function vt({requests:e,errors:t,slow:r}){let n=(i,a)=>i===void 0||i===0&&a==="slow"&&t!==void 0?[]:[i===0?`none ${a}`:`${Q(i)} ${a} (${Number((100*i/e).toPrecision(2))} %)`],o=[...n(t,"failed"),...n(r,"slow")];return o.length===0?void 0:o.join(", ")}function Q(e){return Math.round(e).toLocaleString("en-US")}function qe(e){let t=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.j)(e),{status:r}=e.result.outcome;if(t.length===0)return s`<p>Nothing has to be done: ${r==="unchanged"?"nothing was changed":"stable serves all traffic"}.</p>`;let n=t.map(({title:o,why:i,inputs:a})=>s`<div class="way"><h3>${o}</h3><p>${i}</p><pre tabindex="0" aria-label="${o}: the step's inputs"><code>- ${(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.i)(e)}
  with:
${a.map(d=>`    ${d}`).join(`
`)}</code></pre></div>`);return s`<p>As a step of a workflow, with the AWS role and <code>OWNER</code> of the one that deployed.</p><div class="ways">${n}</div>`}function We(e){let t=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.g)(e).map(([r,n])=>s`<div><dt>${r}</dt><dd><code>${n}</code></dd></div>`);return s`<dl class="names">${t}</dl>`}function A(e,t){return s`<table><thead><tr>${e.map(r=>s`<th scope="col">${r}</th>`)}</tr></thead><tbody>${t.map(([r="",...n])=>s`<tr><th scope="row">${r}</th>${n.map(o=>s`<td${wt(o)?s` class="number"`:""}>${o}</td>`)}</tr>`)}</tbody></table>`}function wt(e){return typeof e=="string"&&/^[\d.,/–-]+( %)?$/.test(e)}function L(e,t){return s`<div class="scroll" role="region" aria-label="${e}" tabindex="0">${t}</div>`}function x(e,t){return s`<details><summary>${e}</summary>${t}</details>`}var se=100;function j(e){if(e.length<=se)return e;let t=se/2,r=e[0]?.length??1,n=[`\u2026 ${e.length-se} more`,...Array.from({length:r-1},()=>"")];return[...e.slice(0,t),n,...e.slice(-t)]}function Ve({span:e,zero:t,marks:r},n){let{candidate:o,stable:i,slowerThanMs:a}=n,d={candidate:o.filter(u=>u.to>e.from),stable:i.filter(u=>u.to>e.from)},l=(u,c)=>{let p=["stable","candidate"].map(f=>({className:f,points:Tt(d[f],n.binMs,c)}));return p.some(({points:f})=>f.some(b=>b.value!==void 0))?Mt({span:e,zero:t,marks:r},{...u,lines:p}):void 0},m=a===void 0?"Slow requests":`Requests slower than ${Number(a.toPrecision(3))} ms`;return s`
${l({id:"rate",title:"Requests a second",unit:""},_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.k)}
${l({id:"errors",title:"Failed requests",unit:" %"},u=>(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.j)(u,"errors"))}
${l({id:"slow",title:m,unit:" %"},u=>(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.j)(u,"slow"))}
<p class="aside">${St[n.source]} The judge looks at whole minutes, the newest of which is one or two minutes old, and at none after a rollback is ordered.</p>
${x("Requests and failures: the numbers",L("Requests and failures of both versions",Ot(d.candidate,d.stable,t)))}`}var St={"load-balancer":"Counted by the load balancer.",cloudwatch:"Counted by the application, in CloudWatch.",prometheus:"Counted by the application, in Prometheus."};function Mt({span:e,marks:t},{id:r,title:n,unit:o,lines:i}){let a=m=>Math.max(0,...i.filter(({className:u})=>u===m).flatMap(({points:u})=>u.flatMap(({value:c})=>c??[]))),d=m=>`${Number(m.toPrecision(3)).toLocaleString("en-US")}${o}`,l=He({id:r,title:`${n} over time`,description:`At most ${d(a("candidate"))} of the candidate, ${d(a("stable"))} of stable. The numbers are in the table below the charts.`},{span:e,lines:i,ticks:(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.o)(Math.max(a("candidate"),a("stable")),o),marks:t});return s`<figure><figcaption>${n}</figcaption>${l}</figure>`}function Tt(e,t,r){return e.flatMap((n,o)=>{let i=e[o-1];return[...i!==void 0&&n.from-i.to>=t?[{at:n.from,value:void 0}]:[],{at:(n.from+n.to)/2,value:r(n)}]})}function Ot(e,t,r){let n=[...new Set([...e,...t].map(({from:c})=>c))].sort((c,p)=>c-p),[o,i]=[e,t].map(c=>new Map(c.map(p=>[p.from,p]))),a=[...e,...t].some(({slow:c})=>c!==void 0),d=c=>[c?.requests,c?.errors,...a?[c?.slow]:[]].map(p=>p===void 0?"\u2013":Q(p)),l=["requests","failed",...a?["slow"]:[]],m=["Time",...l.map(c=>`Candidate\u2019s ${c}`),...l.map(c=>`Stable\u2019s ${c}`)],u=n.map(c=>[(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(c-r),...d(o?.get(c)),...d(i?.get(c))]);return A(m,j(u))}var Et=60,Be=120,Nt=120;function Fe(e,t){let{history:r}=e,n={span:(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.a)(e),zero:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),marks:Rt(r)},o=(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.b)(r);return s`${Ct(r,n.marks,t!==void 0)}
${Lt(n,o,r)}
${It(n,(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.f)(r,n.span.to))}
${t===void 0?s`<p class="aside">Requests and failures are not shown: no gate <code>metrics</code> counted them. The chart of the traffic is what was asked for.</p>`:Ve(n,t)}`}function Rt(e){return (0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.d)(e).slice(-Et)}function Ct({deaths:e},t,r){let n=t.some(({kind:o})=>o==="turn-back");return s`<ul class="legend" aria-label="Signs in the charts">
<li><span class="swatch candidate" aria-hidden="true"></span>candidate</li>
${r?s`<li><span class="swatch stable" aria-hidden="true"></span>stable</li>`:void 0}
${t.some(({kind:o})=>o==="continue")?s`<li><span class="rule continue" aria-hidden="true"></span>go on</li>`:void 0}
${n?s`<li><span class="rule turn-back" aria-hidden="true"></span>turn back</li>`:void 0}
${e.length>0?s`<li><span class="cross" aria-hidden="true">✕</span>${e.length===1?"a task died":"tasks died"}</li>`:void 0}
</ul>`}function At(e,t,r){return s`<figure><figcaption>${e}</figcaption>${t}${r&&x(`${e}: the numbers`,r)}</figure>`}function Lt({span:e,zero:t,marks:r},n,o){let i=n.map(({at:c,share:p})=>`${p} % from ${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(c-t)}`).slice(0,40),{length:a}=o.deaths,d=a===0?"":` ${a===1?"One task":`${a} tasks`} died.`,l=Ie({id:"share",title:"Share of traffic",description:`The candidate\u2019s share over time: ${i.join(", ")}.${d}`},{span:e,steps:n,deaths:o.deaths.map(({at:c})=>c).toSorted((c,p)=>c-p),marks:r}),m=o.changes.map(({at:c,look:p})=>[(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(c-t),p.stage,`${p.share} %`,`${p.candidate.running}/${p.candidate.requested}`,String(p.stable.running)]);return At("Candidate\u2019s share of the traffic",l,L("Share of traffic",A(["Time","Stage","Candidate\u2019s share","Candidate\u2019s tasks","Stable\u2019s tasks"],j(m))))}function It({span:e,zero:t},r){if(r.length===0)return;let n=({step:a,verdict:d,sentence:l,from:m})=>`${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(m-t)} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(a)}: ${d}. ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(l,Nt)}`,o=r.map(({name:a,spans:d},l)=>{let m=d.slice(0,20).map(({from:c,verdict:p,step:f})=>`${p} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(f)} from ${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(c-t)}`),u=_e({id:`lane${l}`,title:`Verdicts of ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(a,Be)}`,description:`${m.join(", ")}.`},e,(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.g)(d,(e.to-e.from)*Math.max(r.length/Gt,zt)).map(c=>({...c,says:n(c)})));return s`<div class="lane"><p class="lane-name">${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(a,Be)}</p>${u}</div>`}),i=s`<ul class="legend" aria-label="Signs of the verdicts">${["pass","hold","fail","error"].map(a=>s`<li><span class="badge ${a}" aria-hidden="true">${J[a]}</span>${_t[a]}</li>`)}</ul>`;return s`<figure><figcaption>Verdicts of the gates</figcaption>${i}${o}${Ce(e)}</figure>`}var _t={pass:"pass",hold:"hold: not enough evidence yet",fail:"fail",error:"error: could not look"},zt=1/50,Gt=150;function Ke(e,t,{low:r,high:n,estimate:o,tolerate:i}){let[a,d]=[E(t,r),E(t,n)],l=o===void 0||o<=0?"":s`<circle class="marker candidate" cx="${E(t,o)}%" cy="12" r="4.5"/>`,m=n>2**t.high?s`<text class="beyond" x="100%" y="16.5" text-anchor="end">▶</text>`:"",u=r<2**t.low?s`<text class="beyond" x="0" y="16.5">◀</text>`:"",c=i>1?s`<line class="limit" x1="${E(t,i)}%" x2="${E(t,i)}%" y1="0" y2="24"/>`:"";return D(e,24,s`<line class="equal" x1="${E(t,1)}%" x2="${E(t,1)}%" y1="0" y2="24"/>${c}<rect class="interval" x="${a}%" width="${Math.max(.6,d-a)}%" y="9" height="6" rx="3"/>${u}${m}${l}`)}function Ue(e){let t=r=>Math.min(6,Math.max(-6,Math.log2(r)));return{low:Math.floor(Math.min(-1,...e.map(({low:r})=>r>0?t(r):-6))),high:Math.ceil(Math.max(1,...e.map(({high:r})=>t(r))))}}function E({low:e,high:t},r){let n=r>0?Math.log2(r):e;return 100*(Math.min(t,Math.max(e,n))-e)/(t-e)}function Ye(e){let t=e.high-e.low>6?2:1,n=Array.from({length:e.high-e.low+1},(o,i)=>e.low+i).filter(o=>o%t===0).map(o=>{let i=o<0?`1/${2**-o}`:String(2**o);return s`<text class="tick" x="${E(e,2**o)}%" y="14" text-anchor="middle">${i}×</text>`});return s`<svg class="chart" width="100%" height="20" aria-hidden="true">${n}</svg>`}var Xe=120,Ht=600,Pt=60,Dt=4,Jt=40;function de(e){return s`<span class="badge ${e}"><span aria-hidden="true">${J[e]} </span>${e}</span>`}function Ze(e){let{history:t}=e,r=qt(t),n=Wt(t);if(n.length===0)return s`<p>No gate was looked through.</p>`;let o=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),i=n.map(d=>[s`<code>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(d),Xe)}</code>`,...r.map(l=>Bt(Vt(t,d,l),o))]),a=t.gates.slice(-Pt).map(({gate:d,step:l,verdict:m,sentence:u,looks:c})=>s`<li>${de(m)} <strong>${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(d),Xe)}</strong> ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(l)}: ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(u,Ht)} <span class="aside">(${c===1?"one look":`${c} looks`})</span></li>`);return s`${L("Verdicts by gate and step",A(["Gate",...r.map(_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)],i))}
${a.length>0?x("What each said last",s`<ul class="said">${a}</ul>`):void 0}`}function qt({plan:e,gates:t}){let r=[...e?.steps??[],...t.map(({step:n})=>n)];return[...new Map(r.map(n=>[n.share,n])).values()].toSorted((n,o)=>n.share-o.share)}function Wt({plan:e,gates:t}){let r=[...e?.gates??[],...t.map(({gate:n})=>n)];return[...new Map(r.map(n=>[JSON.stringify(n),n])).values()]}function Vt({gates:e},t,r){let n=JSON.stringify(t);return e.find(o=>o.step.share===r.share&&JSON.stringify(o.gate)===n)}function Bt(e,t){if(e===void 0)return s`<span class="aside">not looked</span>`;let{verdicts:r}=e,n=r.slice(-Dt),o=r.length-n.length;return s`<ol class="path">${o>0?s`<li class="aside">${o} before</li>`:void 0}${n.map(({at:i,verdict:a})=>s`<li>${de(a)} <time>${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(i-t)}</time></li>`)}</ol>`}function Qe({history:e}){let t=(0,_chunk_U6427N73_js__WEBPACK_IMPORTED_MODULE_9__.c)(e);if(t.length===0)return;let r=(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.l)(e).slice(-Jt),n=L("Candidate against stable",A(_chunk_U6427N73_js__WEBPACK_IMPORTED_MODULE_9__.b,t));return s`${r.length>0?Ft(r):void 0}${r.length>0?x("Candidate against stable: the numbers",n):n}`}function Ft(e){let t=Ue(e),r=e.map((n,o)=>{let{metric:i,step:a,verdict:d,low:l,high:m,estimate:u}=n,c=`${i} ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(a)}`,p=Kt(l,m,u);return s`<div class="lane"><p class="lane-name">${de(d)} ${c} <span class="aside">${p}</span></p>${Ke({id:`ratio${o}`,title:`Ratio of ${c}`,description:p},t,n)}</div>`});return s`<figure><figcaption>How many times stable’s share of bad requests the candidate’s is</figcaption>
<p class="aside">The bar is what the judge does not rule out, at any time, with the error budget of its gate; the line is “as stable”${e.some(({tolerate:n})=>n>1)?", the dashed one what the gate tolerates":""}.</p>${r}${Ye(t)}</figure>`}function Kt(e,t,r){let n=i=>`${Number(i.toPrecision(2))}`,o=t===Number.POSITIVE_INFINITY?`at least ${n(e)} times`:`${n(e)} to ${n(t)} times`;return r===void 0?o:`${n(r)} times, ${o}`}var je=`
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
`;var et=5;function tt(e){let{history:t,endedAt:r,result:n}=e,{words:o}=_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.a[n.outcome.status],i=[...Ut(t),...Xt(t),...Zt(t),...Qt(t),...t.questions.map(({at:a,step:d,until:l})=>({at:a,kind:"asked",title:"A person is asked",text:`Whether to go on ${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(d)}; the job waits until ${(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.h)(l)}.`})),...t.troubles.map(er),...tr(t.deaths,r)].toSorted((a,d)=>a.at-d.at);return[...jt(i),{at:r,kind:"end",title:o,text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(n.outcome.reason)}]}function Ut(e){let t=new Map(e.changes.map(({at:r,look:n})=>[r,n]));return (0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.b)(e).flatMap(({at:r,share:n},o)=>{let i=t.get(r);if(i===void 0||!(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.c)(e,n))return[];let a=o===0&&n===0?"The candidate is started":`The candidate has ${n} % of the traffic`;return[{at:r,kind:"share",title:a,text:`${(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(Yt(i))} Stage ${i.stage}.`}]})}function Yt({candidate:e,stable:t}){return`${e.running} of ${e.requested} candidate tasks run, ${t.running} of stable`}function Xt({changes:e,decisions:t}){return e.flatMap(({at:r,look:n},o)=>{let i=e[o-1]?.look,a=n.note!==void 0&&n.note!==i?.note?[{at:r,kind:"note",title:"Note",text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(n.note)}]:[],d=n.movement==="turning-back"&&i?.movement!=="turning-back",l=t.some(m=>m.orders.includes("turn-back")&&m.at<=r);return d&&!l?[...a,{at:r,kind:"turn-back",title:"Turning back",text:`Nobody here ordered it. Stage ${n.stage}.`}]:a})}function Zt({gates:e}){return e.flatMap(({gate:t,step:r,verdicts:n})=>n.map(({at:o,verdict:i,sentence:a})=>({at:o,kind:"verdict",verdict:i,title:`${(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(t)}: ${i}`,text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(`${(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(r)}: ${a}`),...i==="pass"?{passed:{when:(0,_chunk_UK3XVOM5_js__WEBPACK_IMPORTED_MODULE_7__.d)(r),gates:[`${(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_8__.a)(t)}: ${a}`]}}:{}})))}function Qt(e){return (0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.d)(e).map(({at:t,kind:r,reason:n})=>({at:t,kind:r,title:r==="turn-back"?"Turn back":"Go on",text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(n)}))}function jt(e){let t=[];for(let r of e){let[n,o,i]=[t.at(-1),t.at(-1)?.passed,r.passed];if(n===void 0||o===void 0||i===void 0||o.when!==i.when){t.push(r);continue}let a=[...o.gates,...i.gates],d=`${a.length} gates pass ${o.when}`;t[t.length-1]={...n,title:d,text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(a.join("; ")),passed:{...o,gates:a}}}return t}function er({kind:e,at:t,problem:r,times:n}){let o=n>1?` (${n} times)`:"";return{at:t,kind:"trouble",title:e==="blind"?"Could not look":"An order failed",text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)(`${r}${o}`)}}function tr(e,t){let r=e.slice(0,et).map(({at:l,death:m})=>({at:l,kind:"death",title:"A task died",text:(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.d)((0,_chunk_62EEWLZJ_js__WEBPACK_IMPORTED_MODULE_2__.e)(m))})),n=e.slice(et),[o,i]=[n[0],n.at(-1)];if(o===void 0||i===void 0)return r;let a=`${n.length} more ${n.length===1?"task":"tasks"} died`,d=(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(Math.min(i.at,t)-o.at);return[...r,{at:o.at,kind:"death",title:a,text:`Within ${d}.`}]}var le=60,rr=140,rt=3,nr=20,nt=400,or=400,ar=5,ir=60,sr=5e4;function ot(e){let t=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),r=tt(e);if(r.length<=le)return ee(r,t);let n=le/2,o=r.slice(n,-n),i=o.length-(rr-le),a=i>0?`${o.length} more (the last ${o.length-i})`:`${o.length} more`;return s`${ee(r.slice(0,n),t)}${x(a,ee(i>0?o.slice(i):o,t))}${ee(r.slice(-n),t)}`}function ee(e,t){return s`<ol class="story">${e.map(({at:r,kind:n,verdict:o,title:i,text:a})=>s`<li class="${n} ${o??""}"><time>${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(r-t)}</time><div><strong>${O((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(i,160))}</strong><p>${O((0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(a,nt))}</p></div></li>`)}</ol>`}function at(e){let{deaths:t}=e.history;if(t.length===0)return;let r=(0,_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.b)(e),n=t.slice(0,nr).map(({at:m,death:u,logTail:c},p)=>{let f=c.map(b=>(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(b,or)).join(`
`);return s`<li><p><time>${(0,_chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_3__.c)(m-r)}</time> ${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)((0,_chunk_62EEWLZJ_js__WEBPACK_IMPORTED_MODULE_2__.e)(u),nt)}</p>${c.length===0||p>=ar?void 0:s`<details${p===0?s` open`:""}><summary>Last lines of its log</summary><pre class="log" tabindex="0" aria-label="Last lines of the log"><code>${f}</code></pre></details>`}</li>`}),o=t.length-n.length,[i,a]=[n.slice(0,rt),n.slice(rt)],d=o>0?s`<p>… and ${o} after them.</p>`:void 0,l=s`<ol class="deaths">${a}</ol>${d}`;return s`<ol class="deaths">${i}</ol>${a.length>0?x(`${a.length+o} more`,l):void 0}`}function it({history:e,service:t,cluster:r,result:n}){let o=(0,_chunk_U6427N73_js__WEBPACK_IMPORTED_MODULE_9__.a)(e,{service:t,cluster:r,deployment:n.deploymentArn??""});if(o===void 0)return;let i=`greenlight-evidence-${(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(t,ir)}.json`;return o.length>sr?s`<p>It is too long for this page: the file <code>${i}</code> (output <code>evidence</code>) has it, ${Math.ceil(o.length/1024)} kB.</p>`:x(`${i}`,s`<pre tabindex="0" aria-label="Evidence as JSON"><code>${Ne(o)}</code></pre>`)}var dr="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",lr=28e4,ce=["evidence","compared","story","gates","course"],st=300;function Fn(e){let[t,r]=[(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.service,st),(0,_chunk_PSHXEP4J_js__WEBPACK_IMPORTED_MODULE_5__.b)(e.cluster,st)],n={...e,service:t,cluster:r},o=cr(n),i=a=>mr(n,o.filter(({id:d})=>!a.includes(d)));for(let a=0;a<ce.length;a+=1){let d=i(ce.slice(0,a));if(d.length<=lr)return d}return i(ce)}function cr(e){let t=(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.h)(e.history,(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.a)(e)),{tone:r}=_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.a[e.result.outcome.status],n={id:"now",title:"What to do now",content:qe(e)},o=r==="open";return[...o?[n]:[],{id:"course",title:"How it went",content:Fe(e,t)},{id:"deaths",title:"Tasks that died",content:at(e)},{id:"compared",title:"Candidate against stable",content:Qe(e)},{id:"gates",title:"Gates",content:Ze(e)},{id:"story",title:"The story",content:ot(e)},...o?[]:[n],{id:"names",title:"Names",content:We(e)},{id:"evidence",title:"Evidence",content:it(e)}].flatMap(({id:i,title:a,content:d})=>d===void 0?[]:[{id:i,title:a,content:d}])}function mr(e,t){let{result:r,history:n,service:o,endedAt:i}=e,{words:a,tone:d}=_chunk_AYOS2G22_js__WEBPACK_IMPORTED_MODULE_1__.a[r.outcome.status],l=(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.h)(n,(0,_chunk_32WIRRHD_js__WEBPACK_IMPORTED_MODULE_0__.a)(e));return s`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{markup:dr}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${a}: ${o}</title>
<style>${{markup:je}}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${ur}
<header class="${d}">
${De(e)}
${Je(e,l)}
</header>
<nav aria-label="Sections"><ul>${t.map(({id:m,title:u})=>s`<li><a href="#${m}">${u}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${t.map(({id:m,title:u,content:c})=>s`<section id="${m}" aria-labelledby="${m}-h"><h2 id="${m}-h">${u}</h2>${c}</section>
`)}
</main>
<footer><p>Written by Greenlight on ${new Date(i).toISOString().replace("T"," ").slice(0,19)} UTC. Times count from the begin of the rollout.${n.forgotten>0?` ${n.forgotten} entries of a long rollout are left out.`:""}</p></footer>
</body>
</html>
`.markup}var ur=s`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs></svg>`;


/***/ })

};
