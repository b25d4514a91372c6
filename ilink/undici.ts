import type * as Undici from 'undici';

/** undici, loaded with the first request: it is half of what this package would cost at the start of its process. */
export const undici = (): typeof Undici => require('undici') as typeof Undici;
