export const id = 794;
export const ids = [794];
export const modules = {

/***/ 6794:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   afterwards: () => (/* binding */ E)
/* harmony export */ });
/* harmony import */ var _chunk_JDJJ23QT_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3611);
/* harmony import */ var _chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(427);
/* harmony import */ var _chunk_EX55IF7N_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3038);
/* harmony import */ var _chunk_LESH42LE_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7622);
/* harmony import */ var _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1914);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9566);
async function h(t,n,s,r){let{log:o,clock:c}=r,i=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.t)(t,r),a=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.r)(i,r),e=await a.underway(i);if(e===void 0||e.id!==t.id){o.info(`${t.service}: the rollout ${t.id} has ended`);return}if(o.info(`${t.service}: ${(0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.q)(e,c.now())}`),n.onCancel==="leave"&&e.look.movement!=="turning-back")return;let b=(0,_chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.w)(n,[100],{});return (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.l)({engine:a,service:i,underway:e,plan:b,reason:"the job was cancelled, or ended before the rollout did"},s,r)}async function E(t,n,s){let{log:r}=s;try{let o=await (0,_chunk_JDJJ23QT_js__WEBPACK_IMPORTED_MODULE_0__.b)(n.input,n.inputNames,n);if(o.command==="status")return 0;let{cluster:c,pollMs:i}=o.config,a={cluster:c,pollMs:i,cancelled:new AbortController().signal,progress:()=>{},keep:()=>{}},e=await h(JSON.parse(t),o.config,a,s);return e===void 0?0:(r.info(`${o.config.service}: ${e.status}: ${e.reason}`),e.status==="rolled-back"?0:(0,_chunk_JDJJ23QT_js__WEBPACK_IMPORTED_MODULE_0__.a)(e.status))}catch(o){if(!(o instanceof _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.c||o instanceof _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.a))throw o;return r.error(`could not follow the rollout to its end: ${o.message}`),1}}


/***/ })

};
