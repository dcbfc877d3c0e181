/** The one way to the YAML parser. The package is CommonJS: loaded lazily from here, the bundle keeps its names. */
export { parseDocument } from 'yaml';
