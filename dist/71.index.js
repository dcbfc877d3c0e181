export const id = 71;
export const ids = [71];
export const modules = {

/***/ 4071:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fromEnv: () => (/* reexport safe */ _chunk_UDHKRA76_js__WEBPACK_IMPORTED_MODULE_0__.g)
/* harmony export */ });
/* harmony import */ var _chunk_UDHKRA76_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8426);
/* harmony import */ var _chunk_CB35SDOX_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7127);
/* harmony import */ var _chunk_ZFICC4UZ_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6198);
/* harmony import */ var _chunk_QW5CUUBH_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7162);
/* harmony import */ var _chunk_OOJM4CTU_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3219);



/***/ })

};
