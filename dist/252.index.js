export const id = 252;
export const ids = [252];
export const modules = {

/***/ 9252:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   status: () => (/* binding */ L)
/* harmony export */ });
/* harmony import */ var _chunk_Z4LWBLNB_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2082);
/* harmony import */ var _chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(427);
/* harmony import */ var _chunk_EX55IF7N_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3038);
/* harmony import */ var _chunk_IDXXE6PX_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(997);
/* harmony import */ var _chunk_LESH42LE_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7622);
/* harmony import */ var _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(1914);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9566);
async function L(e,n,d){let{cluster:o}=e,c=e.service===void 0?await d.services.names(o):[e.service],r=[];for(let a of c)if(n.cancelled.aborted||r.push(await S(a,e,n,d)),n.cancelled.aborted)return{status:"cancelled",reason:"the workflow was cancelled"};let t=r.flatMap(({fixed:a})=>a),s=r.length===1?"1 service":`${r.length} services`,i=r.filter(({isUnderway:a})=>a).length,l=r.filter(({problem:a})=>a!==void 0),f=[`${s}, ${i} with a rollout under way`,...t.length>0?[`put in order: ${t.join("; ")}`]:[],...l.map(({name:a,problem:m})=>`${a}: ${m}`)].join("; ");return l.length>0?{status:"could-not-look",reason:f}:{status:t.length>0?"succeeded":"unchanged",reason:f}}async function S(e,n,d,o){let{log:c,clock:r}=o;try{let t=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.t)({cluster:n.cluster,service:e},o),s=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.r)(t,o),i=await s.underway(t);if(i===void 0)return c.info(`${e}: ${await E(s,t)}`),{name:e,isUnderway:!1,fixed:n.fix?await (0,_chunk_Z4LWBLNB_js__WEBPACK_IMPORTED_MODULE_0__.a)(s,t,o):[],problem:void 0};c.info(`${e}: ${(0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.q)(i,r.now())}`);let l=i.abandonedAt!==void 0&&i.abandonedAt<=r.now();if(n.fix&&!l&&A(i))return await O(e,{engine:s,service:t,underway:i},n,d,o);if(!n.fix||!l)return l&&c.warning(`${e}: nobody looks after this rollout since ${new Date(i.abandonedAt).toISOString()}; command: rollback turns it back, command: promote goes on`),{name:e,isUnderway:!0,fixed:[],problem:void 0};let f=(0,_chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.w)(n.config,[100],{}),a=`nobody looked after it since ${new Date(i.abandonedAt).toISOString()}`,m=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.l)({engine:s,service:t,underway:i,plan:f,reason:a},d,o),u=`${e} is ${m.status}: ${m.reason}`;return m.status==="rolled-back"?{name:e,isUnderway:!1,fixed:[u],problem:void 0}:{name:e,isUnderway:!0,fixed:[],problem:u}}catch(t){let s=n.service===void 0&&t instanceof _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.a;if(!(t instanceof _chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.c||s))throw t;return c.warning(`${e}: could not look: ${t.message}`),{name:e,isUnderway:!1,fixed:[],problem:t.message}}}function A({memo:e,look:n}){return e!==void 0&&e.approval!=="none"&&n.movement==="waiting"&&n.share<100}async function O(e,n,{config:d},o,c){let{engine:r,service:t,underway:s}=n,i=(0,_chunk_IDXXE6PX_js__WEBPACK_IMPORTED_MODULE_6__.c)(d.gates,r.ownGates),l={...(0,_chunk_5WX5YVPW_js__WEBPACK_IMPORTED_MODULE_4__.w)(d,[100],{gates:i}),steps:[{share:s.look.share,holdMs:0,approval:!0}],holdLimitMs:0,onInconclusive:"wait",onCancel:"leave",waitForApprovalMs:0},f=s.rollout(l),{candidateUrl:a}=s,u=await (0,_chunk_632QTE3J_js__WEBPACK_IMPORTED_MODULE_1__.k)({...{engine:r,service:t,rollout:f,plan:l,candidateUrl:a,sticky:!1,image:void 0},isVisit:!0},o,c),p=`${e} is ${u.status}: ${u.reason}`;switch(u.status){case"awaiting-promotion":return{name:e,isUnderway:!0,fixed:[],problem:void 0};case"rolled-back":return{name:e,isUnderway:!1,fixed:[p],problem:void 0};default:return{name:e,isUnderway:u.status!=="succeeded",fixed:[],problem:p}}}async function E(e,n){let[d,o]=await Promise.all([e.serving(n),e.last(n)]),c=`${n.runningCount}/${n.desiredCount} running`,r=o===void 0?"":`, last rollout ${o.end.kind}: ${o.end.reason}`;return`${(0,_chunk_LESH42LE_js__WEBPACK_IMPORTED_MODULE_3__.c)(d)} serves, ${c}, no rollout under way${r}`}


/***/ })

};
