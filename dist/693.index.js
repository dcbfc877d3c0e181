export const id = 693;
export const ids = [693];
export const modules = {

/***/ 1693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   afterwards: () => (/* binding */ k)
/* harmony export */ });
/* harmony import */ var _chunk_UWSCMXRM_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2373);
/* harmony import */ var _chunk_ZS6QOOCY_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6747);
/* harmony import */ var _chunk_5FXS4MC6_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7631);
/* harmony import */ var _chunk_PYCYJECO_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(1539);
/* harmony import */ var _chunk_NFB2J6P6_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(13);
/* harmony import */ var _chunk_SMI46RWJ_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(843);
/* harmony import */ var _chunk_YPYWYJ2D_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3667);
/* harmony import */ var _chunk_M6FPHMSY_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3781);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9566);
async function w(t,r,i,n){let{log:o,clock:s}=n,{service:c,engine:a,underway:e}=await (0,_chunk_5FXS4MC6_js__WEBPACK_IMPORTED_MODULE_2__.o)({...t,codedeploy:r.codedeploy},n);if(e===void 0||e.id!==t.id){o.info(`${t.service}: the rollout ${t.id} has ended`);return}if(o.info(`${t.service}: ${(0,_chunk_5FXS4MC6_js__WEBPACK_IMPORTED_MODULE_2__.n)(e,s.now())}`),r.onCancel==="leave"&&e.look.movement!=="turning-back")return;let h=(0,_chunk_SMI46RWJ_js__WEBPACK_IMPORTED_MODULE_8__.t)(r,[100],{});return (0,_chunk_5FXS4MC6_js__WEBPACK_IMPORTED_MODULE_2__.m)({engine:a,service:c,underway:e,plan:h,reason:"the job was cancelled, or ended before the rollout did"},i,n)}async function k(t,r,i){let{log:n}=i;try{let o=await (0,_chunk_UWSCMXRM_js__WEBPACK_IMPORTED_MODULE_0__.g)(r.input,r.inputNames,r);if(o.command==="status")return 0;let{cluster:s,pollMs:c}=o.config,a={cluster:s,pollMs:c,cancelled:new AbortController().signal,progress:()=>{},keep:()=>{}},e=await w(JSON.parse(t),o.config,a,i);return e===void 0?0:(n.info(`${o.config.service}: ${e.status}: ${e.reason}`),e.status==="rolled-back"?0:(0,_chunk_UWSCMXRM_js__WEBPACK_IMPORTED_MODULE_0__.a)(e.status))}catch(o){if(!(o instanceof _chunk_M6FPHMSY_js__WEBPACK_IMPORTED_MODULE_6__.c||o instanceof _chunk_M6FPHMSY_js__WEBPACK_IMPORTED_MODULE_6__.a))throw o;return n.error(`could not follow the rollout to its end: ${o.message}`),1}}


/***/ })

};
