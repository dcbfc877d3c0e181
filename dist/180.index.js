export const id = 180;
export const ids = [180];
export const modules = {

/***/ 9862:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ m)
/* harmony export */ });
function m({requests:n,errors:r,slow:o},s,i){return[...new Set(n.flatMap(e=>[...e.keys()]))].filter(e=>e>=s&&e<i).sort((e,t)=>e-t).map(e=>{let t=d(n,e),u=a=>a&&Math.min(d(a,e),t);return{start:e,requests:t,errors:u(r),slow:u(o)}})}function d(n,r){let o=n.reduce((s,i)=>s+(i.get(r)??0),0);return Math.max(0,Math.round(o))}


/***/ }),

/***/ 6180:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   loadBalancerCounts: () => (/* binding */ x),
/* harmony export */   loadBalancerPercentile: () => (/* binding */ X)
/* harmony export */ });
/* harmony import */ var _chunk_VO37QCI7_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9862);
/* harmony import */ var _chunk_IC2DA57F_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6730);
/* harmony import */ var _chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(844);
/* harmony import */ var _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5062);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9566);
var m="read the metrics of the load balancer",$=60,E=86400;async function x(t,s,e){let{since:r,until:n}=e,{errors:a,latency:u}=e.gate.judges,p=u!==void 0&&e.slowerThanMs!==void 0,f=await P(t,[e.candidate.targetGroupArns,e.stable.targetGroupArns]),[S=[],w=[]]=f.map((o,i)=>o.map((d,g)=>O(d,e,`${i===0?"candidate":"stable"}${g}`))),y=[...S,...w].flatMap(({requests:o,errors:i,slow:d})=>[o,...i,...d.flatMap(({count:g,slowest:_})=>[g,_])]),h=await s(m,y,{periodSeconds:$,since:r,until:n}),l=o=>(0,_chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__.g)(m,h,o),c=o=>(0,_chunk_VO37QCI7_js__WEBPACK_IMPORTED_MODULE_4__.a)({requests:o.map(({requests:i})=>l(i)),errors:a&&o.flatMap(({errors:i})=>i.map(l)),slow:p?o.flatMap(({slow:i})=>i.map(d=>q(d,l))):void 0},r,n);return{candidate:c(S),stable:c(w)}}async function X(t,s,{stable:e,since:r,until:n},a){let[u=[]]=await P(t,[e.targetGroupArns]),p=Math.max(1,Math.ceil((n-r)/1e3/$)),f=Math.min(p*$,E),S=u.map((c,o)=>({time:b(c,`time${o}`,`p${a}`),weight:b(c,`weight${o}`,"SampleCount")})),w=S.flatMap(({time:c,weight:o})=>[c,o]),y=await s(m,w,{periodSeconds:f,since:r,until:n}),h=S.flatMap(({time:c,weight:o})=>{let i=(0,_chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__.g)(m,y,o);return[...(0,_chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__.g)(m,y,c)].map(([d,g])=>({seconds:g,weight:i.get(d)??0}))}),l=j(h);return l===void 0?void 0:Math.round(l*1e6)/1e3}async function P(t,s){let e=await t([...new Set(s.flat())]);return s.map(r=>[...new Set(r)].flatMap(n=>{let a=e.get(n);return a!==void 0&&(0,_chunk_IC2DA57F_js__WEBPACK_IMPORTED_MODULE_0__.b)(a)?[{arn:n,balancerArn:a}]:[]}))}function O(t,{gate:s,slowerThanMs:e},r){let n=(p,f)=>({id:`${r}_${p}`,metric:(0,_chunk_IC2DA57F_js__WEBPACK_IMPORTED_MODULE_0__.c)(f,t.arn,t.balancerArn),stat:"Sum"}),{errors:a,latency:u}=s.judges;return{requests:n("requests","RequestCount"),errors:a?[n("failures","HTTPCode_Target_5XX_Count"),n("refusals","TargetConnectionErrorCount")]:[],slow:u&&e!==void 0?[R(t,e,r)]:[]}}function R(t,s,e){let r=B(s/1e3);return{overSeconds:r,count:b(t,`${e}_slow`,`TC(${r}:)`),slowest:b(t,`${e}_slowest`,"Maximum")}}function q({overSeconds:t,count:s,slowest:e},r){let n=r(s);for(let[a,u]of r(e))if(!(u<=Number(t)||n.has(a)))throw new _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_2__.c("invalid","",`${m}: a request took ${u} s, and CloudWatch does not count those above ${t} s (no ${s.stat} of TargetResponseTime); leave latency out of the gate`);return n}function b({arn:t,balancerArn:s},e,r){return{id:e,metric:(0,_chunk_IC2DA57F_js__WEBPACK_IMPORTED_MODULE_0__.c)("TargetResponseTime",t,s),stat:r}}function B(t){return t.toFixed(6).replace(/\.?0+$/,"")}function j(t){let s=[...t].sort((n,a)=>n.seconds-a.seconds),e=s.reduce((n,{weight:a})=>n+a,0)/2,r=0;return s.find(({weight:n})=>(r+=n,r>=e))?.seconds}


/***/ })

};
