export const id = 707;
export const ids = [707];
export const modules = {

/***/ 4707:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   afterwards: () => (/* binding */ L)
/* harmony export */ });
/* harmony import */ var _chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7463);
/* harmony import */ var _chunk_BPVXG2R6_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5131);
/* harmony import */ var _chunk_VSN4NC77_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1666);
/* harmony import */ var _chunk_U6BMWSRI_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5899);
/* harmony import */ var _chunk_TVTGCQEB_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4510);
/* harmony import */ var _chunk_NIORNWC7_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6327);
/* harmony import */ var _chunk_HVCJGBLG_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2437);
/* harmony import */ var _chunk_PPZOSU2R_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9681);
/* harmony import */ var _chunk_RKSSGMXU_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(7880);
/* harmony import */ var _chunk_NFB2J6P6_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(4352);
/* harmony import */ var _chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(4748);
/* harmony import */ var _chunk_GAU7R4AS_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(6160);
/* harmony import */ var _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(8951);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(3219);
async function P(r,t,s,n){let{log:i,clock:a}=n,{service:c,engine:l,underway:o}=await (0,_chunk_NIORNWC7_js__WEBPACK_IMPORTED_MODULE_5__.g)({...r,codedeploy:t.codedeploy},n);if(o===void 0||o.id!==r.id){i.info(`${r.service}: the rollout ${r.id} has ended`);return}if(i.info(`${r.service}: ${(0,_chunk_NIORNWC7_js__WEBPACK_IMPORTED_MODULE_5__.f)(o,a.now())}`),t.onCancel==="leave"&&o.look.movement!=="turning-back")return;let e=(0,_chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_13__.b)(t,[100],{});return (0,_chunk_U6BMWSRI_js__WEBPACK_IMPORTED_MODULE_3__.d)({engine:l,service:c,underway:o,plan:e,reason:"the job was cancelled, or ended before the rollout did"},s,n)}async function L(r,t,s){let{log:n,clock:i}=s,a=i.now(),c=_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c,l={..._chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.b,outcome:x},o=e=>{l={...l,...e}};try{let e=await (0,_chunk_BPVXG2R6_js__WEBPACK_IMPORTED_MODULE_1__.g)(t.input,t.inputNames,t);if(e.command==="status"||e.command==="plan")return 0;c=await C(e,r.github,t,s);let{cluster:d,pollMs:v}=e.config,{keep:K}=c,$={cluster:d,pollMs:v,cancelled:new AbortController().signal,progress:o,keep:K},u=await P(JSON.parse(r.rollout),e.config,$,s);return u===void 0?0:(o({outcome:u}),n.info(`${e.config.service}: ${u.status}: ${u.reason}`),u.status==="rolled-back"?0:(0,_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.a)(u.status))}catch(e){if(!(e instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_11__.c||e instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_11__.a))throw e;return o({outcome:{status:"could-not-look",reason:e.message}}),n.error(`could not follow the rollout to its end: ${e.message}`),1}finally{await c.end({result:l,wasAskedFor:!1,tookMs:i.now()-a})}}var x={status:"cancelled",reason:"the job was cancelled, or ended before the rollout did"};async function C(r,t,s,n){let{github:i}=n,{command:a,config:c}=r;if(!(t!==""&&i!==void 0&&s.github!==void 0)||a==="status"||a==="plan")return _chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c;let{createReporter:o,readKept:e}=await __webpack_require__.e(/* import() */ 995).then(__webpack_require__.bind(__webpack_require__, 8995)),d=e(t);return d===void 0?_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c:o({command:a,config:c,context:s.github,kept:d},{...n,github:i})}


/***/ })

};
