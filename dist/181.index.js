export const id = 181;
export const ids = [181];
export const modules = {

/***/ 4181:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   status: () => (/* binding */ D)
/* harmony export */ });
/* harmony import */ var _chunk_WK7WODTR_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1294);
/* harmony import */ var _chunk_K3UHX5T5_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9588);
/* harmony import */ var _chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2248);
/* harmony import */ var _chunk_USFEX7YL_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3578);
/* harmony import */ var _chunk_2LKHALPK_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2026);
/* harmony import */ var _chunk_62EEWLZJ_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4862);
/* harmony import */ var _chunk_UMXX5KWP_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5010);
/* harmony import */ var _chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(9547);
/* harmony import */ var _chunk_URHL3QKB_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(9273);
/* harmony import */ var _chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(9813);
/* harmony import */ var _chunk_GAU7R4AS_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(6745);
/* harmony import */ var _chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(8340);
/* harmony import */ var _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(5062);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(9566);
async function D(e,n,d){let{cluster:r}=e,c=e.service===void 0?await d.services.names(r):[e.service],o=[];for(let i of c)if(n.cancelled.aborted||o.push(await S(i,e,n,d)),n.cancelled.aborted)return{status:"cancelled",reason:"the workflow was cancelled"};let s=o.flatMap(({fixed:i})=>i),a=o.length===1?"1 service":`${o.length} services`,l=o.filter(({isUnderway:i})=>i).length,t=o.filter(({problem:i})=>i!==void 0),u=[`${a}, ${l} with a rollout under way`,...s.length>0?[`put in order: ${s.join("; ")}`]:[],...t.map(({name:i,problem:p})=>`${i}: ${p}`)].join("; ");return t.length>0?{status:"could-not-look",reason:u}:{status:s.length>0?"succeeded":"unchanged",reason:u}}async function S(e,n,d,r){let{log:c,clock:o}=r;try{let s=n.service===void 0?{}:{codedeploy:n.config.codedeploy},{service:a,engine:l,underway:t}=await (0,_chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_2__.e)({cluster:n.cluster,service:e,...s},r);if(t===void 0)return c.info(`${e}: ${await O(l,a)}`),{name:e,isUnderway:!1,fixed:n.fix?await (0,_chunk_WK7WODTR_js__WEBPACK_IMPORTED_MODULE_0__.a)(l,a,r):[],problem:void 0};c.info(`${e}: ${(0,_chunk_TNCZ3MRB_js__WEBPACK_IMPORTED_MODULE_2__.c)(t,o.now())}`);let u=t.abandonedAt!==void 0&&t.abandonedAt<=o.now();if(n.fix&&!u&&A(t))return await E(e,{engine:l,service:a,underway:t},n,d,r);if(!n.fix||!u)return u&&c.warning(`${e}: nobody looks after this rollout since ${new Date(t.abandonedAt).toISOString()}; command: rollback turns it back, command: promote goes on`),{name:e,isUnderway:!0,fixed:[],problem:void 0};let i=(0,_chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_11__.b)(n.config,[100],{}),p=`nobody looked after it since ${new Date(t.abandonedAt).toISOString()}`,f=await (0,_chunk_K3UHX5T5_js__WEBPACK_IMPORTED_MODULE_1__.e)({engine:l,service:a,underway:t,plan:i,reason:p},d,r),m=`${e} is ${f.status}: ${f.reason}`;return f.status==="rolled-back"?{name:e,isUnderway:!1,fixed:[m],problem:void 0}:{name:e,isUnderway:!0,fixed:[],problem:m}}catch(s){let a=n.service===void 0&&s instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_9__.a;if(!(s instanceof _chunk_UP6ERZJQ_js__WEBPACK_IMPORTED_MODULE_9__.c||a))throw s;return c.warning(`${e}: could not look: ${s.message}`),{name:e,isUnderway:!1,fixed:[],problem:s.message}}}var P=3e4;function A({memo:e,look:n}){return e!==void 0&&e.approval!=="none"&&n.movement==="waiting"&&n.share<100}async function E(e,n,{config:d},r,c){let{engine:o,service:s,underway:a}=n,l=(0,_chunk_HF4OPATT_js__WEBPACK_IMPORTED_MODULE_12__.d)(d.gates,o.ownGates),t={...(0,_chunk_RNLADVJ3_js__WEBPACK_IMPORTED_MODULE_11__.b)(d,[100],{gates:l}),steps:[{share:a.look.share,holdMs:0,approval:!0}],holdLimitMs:P,onInconclusive:"wait",onCancel:"leave",waitForApprovalMs:0},u=a.rollout(t),{candidateUrl:i}=a,f=await (0,_chunk_K3UHX5T5_js__WEBPACK_IMPORTED_MODULE_1__.d)({...{engine:o,service:s,rollout:u,plan:t,candidateUrl:i,sticky:!1,image:void 0},isVisit:!0},r,c),m=`${e} is ${f.status}: ${f.reason}`;switch(f.status){case"awaiting-promotion":return{name:e,isUnderway:!0,fixed:[],problem:void 0};case"rolled-back":return{name:e,isUnderway:!1,fixed:[m],problem:void 0};default:return{name:e,isUnderway:f.status!=="succeeded",fixed:[],problem:m}}}async function O(e,n){let[d,r]=await Promise.all([e.serving(n),e.last(n)]),c=`${n.runningCount}/${n.desiredCount} running`,o=r===void 0?"":`, last rollout ${r.end.kind}: ${r.end.reason}`;return`${(0,_chunk_3QE7YRLP_js__WEBPACK_IMPORTED_MODULE_13__.a)(d)} serves, ${c}, no rollout under way${o}`}


/***/ })

};
