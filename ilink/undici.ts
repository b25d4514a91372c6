import type * as Undici from 'undici';

let loaded: typeof Undici | undefined;

/** undici, loaded with the first request: it is half of what this package would cost at the start of its process. */
export const undici = (): typeof Undici => (loaded ??= require('undici') as typeof Undici);
