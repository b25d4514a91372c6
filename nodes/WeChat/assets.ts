import { join } from 'node:path';

/**
 * Where the build puts the script and the style sheet of the login page. This file lies in the folder in which the bundle of the
 * published package lies (tools/bundle.ts), so the way from here is the same in both.
 */
export const PAGE_FOLDER = join(__dirname, 'login', 'browser');
