/**
 * Prints "N passed, N failed[, N skipped]" from jest's JSON results and the stages that failed besides; exits 1 when
 * anything failed or nothing was tested. Plain JavaScript: it must also run when the dependencies could not be installed.
 *
 *   node .ci/count.mjs RESULTS.json [FAILED STAGE…]
 */
import { existsSync, readFileSync } from 'node:fs';

const [file, ...stages] = process.argv.slice(2);
const results = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;

const passed = results?.numPassedTests ?? 0;
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
// A file that could not even be loaded has no tests to count, and is a failure all the same.
const failedTests = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
// The stage "tests" fails because tests do: counted once, unless it broke without a failed test to show for it.
const failed = failedTests + stages.filter((stage) => stage !== 'tests' || failedTests === 0).length;
const nothing = failed === 0 && passed === 0;

console.log(`${passed} passed, ${failed + (nothing ? 1 : 0)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || nothing ? 1 : 0;
