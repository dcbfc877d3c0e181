export const id = 317;
export const ids = [317];
export const modules = {

/***/ 277:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ o)
/* harmony export */ });
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9566);
var o=(0,_chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_0__.a)((p,e)=>{e.exports=process.getBuiltinModule("node:http")});


/***/ }),

/***/ 6317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   "default": () => (__WEBPACK_DEFAULT_EXPORT__)
/* harmony export */ });
/* harmony import */ var _chunk_WSPEBS4X_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(277);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9566);
/* harmony default export */ const __WEBPACK_DEFAULT_EXPORT__ = ((0,_chunk_WSPEBS4X_js__WEBPACK_IMPORTED_MODULE_0__.a)());


/***/ })

};
