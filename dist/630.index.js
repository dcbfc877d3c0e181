export const id = 630;
export const ids = [630];
export const modules = {

/***/ 8956:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ o)
/* harmony export */ });
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3219);
var o=(0,_chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_0__.a)((p,e)=>{e.exports=process.getBuiltinModule("node:http")});


/***/ }),

/***/ 1630:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   "default": () => (__WEBPACK_DEFAULT_EXPORT__)
/* harmony export */ });
/* harmony import */ var _chunk_WSPEBS4X_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8956);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3219);
/* harmony default export */ const __WEBPACK_DEFAULT_EXPORT__ = ((0,_chunk_WSPEBS4X_js__WEBPACK_IMPORTED_MODULE_0__.a)());


/***/ })

};
