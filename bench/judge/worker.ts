/** A process of its own that does pieces of the bench, one after the other, until it is told to end. */
import { type Piece, worked } from './work.ts';

process.on('message', (piece: Piece) => {
  process.send?.(worked(piece));
});
