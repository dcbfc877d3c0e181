export const id = 973;
export const ids = [973];
export const modules = {

/***/ 9862:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ m)
/* harmony export */ });
function m({requests:n,errors:r,slow:o},s,i){return[...new Set(n.flatMap(e=>[...e.keys()]))].filter(e=>e>=s&&e<i).sort((e,t)=>e-t).map(e=>{let t=d(n,e),u=a=>a&&Math.min(d(a,e),t);return{start:e,requests:t,errors:u(r),slow:u(o)}})}function d(n,r){let o=n.reduce((s,i)=>s+(i.get(r)??0),0);return Math.max(0,Math.round(o))}


/***/ }),

/***/ 7973:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   customCounts: () => (/* binding */ k)
/* harmony export */ });
/* harmony import */ var _chunk_VO37QCI7_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(9862);
/* harmony import */ var _chunk_GAU7R4AS_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6745);
/* harmony import */ var _chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(844);
/* harmony import */ var _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5062);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9566);
var V=60;async function k(e,i,n){let s=`read the metrics of ${i.namespace}`,{since:r,until:t}=n,o=w(i,n,"candidate"),c=w(i,n,"stable"),g=[o,c].flatMap(({requests:d,errors:u,slow:a})=>[d,u??[],a??[]].flat()),f=await e(s,g,{periodSeconds:V,since:r,until:t}),l=({requests:d,errors:u,slow:a})=>{let p=S=>S&&[(0,_chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__.g)(s,f,S)],C=(0,_chunk_W4EYL3QR_js__WEBPACK_IMPORTED_MODULE_1__.g)(s,f,d);return (0,_chunk_VO37QCI7_js__WEBPACK_IMPORTED_MODULE_4__.a)({requests:[C],errors:p(u),slow:p(a)},r,t)};return{candidate:l(o),stable:l(c)}}function w(e,{gate:i,...n},s){let{judges:r}=i,t=(o,c)=>({id:`${s}_${o}`,metric:O(e,c,n[s]),stat:"Sum"});return{requests:t("requests",e.requests),errors:r.errors&&e.errors!==void 0?t("errors",e.errors):void 0,slow:r.latency&&e.slow!==void 0?t("slow",e.slow):void 0}}function O({namespace:e,dimensions:i},n,s){let r=t=>(0,_chunk_GAU7R4AS_js__WEBPACK_IMPORTED_MODULE_0__.b)(t,s.taskDefinitionArn);return{Namespace:r(e),MetricName:r(n),Dimensions:Object.entries(i).map(([t,o])=>({Name:t,Value:r(o)}))}}


/***/ })

};
