export const id = 469;
export const ids = [469];
export const modules = {

/***/ 3469:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   parseDocument: () => (/* binding */ export_parseDocument)
/* harmony export */ });
/* harmony import */ var _chunk_PPHZJOES_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8542);
/* harmony import */ var _chunk_OYSVBXFH_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7470);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9566);
var export_parseDocument=_chunk_PPHZJOES_js__WEBPACK_IMPORTED_MODULE_0__.a.parseDocument;


/***/ })

};
