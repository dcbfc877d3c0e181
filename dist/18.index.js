export const id = 18;
export const ids = [18];
export const modules = {

/***/ 7018:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   afterwards: () => (/* binding */ I)
/* harmony export */ });
/* harmony import */ var _chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3102);
/* harmony import */ var _chunk_O2TM3UMR_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2166);
/* harmony import */ var _chunk_VSN4NC77_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3383);
/* harmony import */ var _chunk_K3UHX5T5_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9588);
/* harmony import */ var _chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2248);
/* harmony import */ var _chunk_USFEX7YL_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3578);
/* harmony import */ var _chunk_2LKHALPK_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2026);
/* harmony import */ var _chunk_62EEWLZJ_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4862);
/* harmony import */ var _chunk_UMXX5KWP_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(5010);
/* harmony import */ var _chunk_SOF2C7L5_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(7308);
/* harmony import */ var _chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(9273);
/* harmony import */ var _chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_14__ = __webpack_require__(9813);
/* harmony import */ var _chunk_GAU7R4AS_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(6745);
/* harmony import */ var _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(5062);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(9566);
async function v(t,o,r,s){let{log:a,clock:u}=s,{service:i,engine:c,underway:n}=await (0,_chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_4__.e)({...t,codedeploy:o.codedeploy},s);if(n===void 0||n.id!==t.id){a.info(`${t.service}: the rollout ${t.id} has ended`);let f=await c.last(i).catch(()=>{});f?.id===t.id&&r.progress(T(f.end));return}if(a.info(`${t.service}: ${(0,_chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_4__.c)(n,u.now())}`),o.onCancel==="leave"&&n.look.movement!=="turning-back"){r.progress({traffic:n.look.share});return}let l=(0,_chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_14__.b)(o,[100],{});return (0,_chunk_K3UHX5T5_js__WEBPACK_IMPORTED_MODULE_3__.e)({engine:c,service:i,underway:n,plan:l,reason:"the job was cancelled, or ended before the rollout did"},r,s)}function T({kind:t,reason:o}){let r={status:t==="rollback-failed"?"failed":t,reason:o};return t==="succeeded"?{outcome:r,traffic:100}:t==="rolled-back"?{outcome:r,traffic:0}:{outcome:r}}async function I(t,o,r){let{log:s,clock:a}=r,u=a.now(),i=_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c,c={..._chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.b,outcome:$},n=!1,l=e=>{c={...c,...e}};try{let e=await (0,_chunk_O2TM3UMR_js__WEBPACK_IMPORTED_MODULE_1__.g)(o.input,o.inputNames,o);if(e.command==="status"||e.command==="plan")return 0;if(n=e.command==="rollback",i=await C(e,t,o,r),t.rollout===""||t.ended!=="")return l({outcome:t.rollout===""?S:{status:t.ended,reason:x}}),0;let{cluster:f,pollMs:E}=e.config,{keep:K}=i,N={cluster:f,pollMs:E,cancelled:new AbortController().signal,progress:l,keep:K},d=await v(JSON.parse(t.rollout),e.config,N,r);return d===void 0?0:(l({outcome:d}),s.info(`${e.config.service}: ${d.status}: ${d.reason}`),d.status==="rolled-back"?0:(0,_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.a)(d.status))}catch(e){if(!(e instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_12__.c||e instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_12__.a))throw e;return l({outcome:{status:"could-not-look",reason:e.message}}),s.error(`could not follow the rollout to its end: ${e.message}`),1}finally{let e=n&&c.outcome.status==="rolled-back";await i.end({result:c,wasAskedFor:e,tookMs:a.now()-u})}}var $={status:"cancelled",reason:"the job was cancelled, or ended before the rollout did"},S={status:"cancelled",reason:"the job was cancelled, or ended before a rollout began"},x="the job was ended before it could say more; its log has the rest";async function C(t,o,r,s){let{github:a}=s,{command:u,config:i}=t;if(!(o.github!==""&&a!==void 0&&r.github!==void 0)||u==="status"||u==="plan")return _chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c;let{createReporter:n,readKept:l}=await __webpack_require__.e(/* import() */ 755).then(__webpack_require__.bind(__webpack_require__, 755)),e=l(o.github);return e===void 0?_chunk_XZ7YTBLG_js__WEBPACK_IMPORTED_MODULE_0__.c:n({command:u,config:i,context:r.github,kept:{...e,hasBegun:o.rollout!==""}},{...s,github:a})}


/***/ })

};
