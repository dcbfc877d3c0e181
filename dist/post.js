var{STATE_rollout:o="",STATE_ended:t="",STATE_github:e=""}=process.env;(o!==""&&t===""||e!=="")&&await import("./index.js");
