import type { Fault } from './core/errors.ts';
import type { Gate } from './core/gate.ts';
import { parseGates } from './core/gate-list.ts';
import type { InputReader } from './inputs.ts';

export async function readGates(reader: InputReader, faults: Fault[]): Promise<readonly Gate[]> {
  const text = reader.text('gates');
  if (text === '' || text === 'targets' || text === '- targets') return [{ kind: 'targets' }];
  // Loaded only for who writes gates: reading YAML costs a good part of the start.
  const { parseDocument } = await import('./yaml.ts');
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    const what = error.message.split(/ at line \d+|\n/)[0] ?? error.message;
    reader.fail(
      'gates',
      `${line === undefined ? '' : `line ${line}: `}${what}`,
      'write a YAML list, one gate a line, with quotes around a url inside { }',
    );
    return [];
  }
  const data = plainData(() => document.toJS());
  if (data === undefined) {
    reader.fail('gates', 'is not made of plain lists and values', 'write a YAML list without anchors, one gate a line');
    return [];
  }
  const result = parseGates(data);
  faults.push(...result.faults);
  return result.gates;
}

/** YAML can name itself (`&a [*a]`), name what is not there, or grow without end; none of that has a form in JSON. */
function plainData(make: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(make()));
  } catch {
    return undefined;
  }
}
