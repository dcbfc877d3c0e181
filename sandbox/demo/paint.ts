/** Colours of a terminal, or none of them. */
export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue';
export type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
};

export const painted: Paint = (colour, text) => `\x1b[${CODES[colour][0]}m${text}\x1b[${CODES[colour][1]}m`;
export const unpainted: Paint = (_colour, text) => text;
