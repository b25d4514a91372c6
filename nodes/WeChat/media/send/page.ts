import { cleanFileName } from '../fileName';
import { extensionIn, saysNothing, typeOfExtension } from '../extension';
import { textKindOf } from '../textBytes';
import type { SendSettings } from './upload';

const PAGE = /^(?:text\/html|application\/xhtml\+xml)$/;
const UNKNOWN = /^(?:|application\/octet-stream|text\/plain)$/;

/** What a web server answered, and what was wanted of it. */
export interface WebAnswer {
  /** The first bytes. */
  head: Buffer;
  declaredType: string;
  /** Names that say what was wanted: as somebody typed it, as the server and the address have it. */
  names: string[];
  sendAs: SendSettings['sendAs'];
}

/**
 * Whether a web page came where an image, a video or a document was asked for: servers answer with a login, a preview or an error, and say
 * that all is well.
 */
export function isPageInstead({ head, declaredType, names, sendAs }: WebAnswer): boolean {
  const declared = declaredType.split(';')[0]!.trim().toLowerCase();
  const text = textKindOf(head);
  const isPage = PAGE.test(declared) ? text !== undefined : UNKNOWN.test(declared) && text === 'html';
  return isPage && (sendAs === 'image' || sendAs === 'video' || names.some(namesAnotherFile));
}

function namesAnotherFile(name: string): boolean {
  const ext = extensionIn(cleanFileName(name));
  const type = saysNothing(ext) ? '' : typeOfExtension(ext);
  return type !== '' && !PAGE.test(type);
}
