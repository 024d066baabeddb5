import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Before each side of a comparison: none is to clear away what the other has left. */
export const collectGarbage = (): void => gc();
