var{STATE_rollout:e,STATE_ended:d}=process.env;e!==void 0&&e!==""&&(d===void 0||d==="")&&await import("./index.js");
