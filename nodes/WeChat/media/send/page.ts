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
 * that all is well. Where nothing tells what was asked for, it was a file: whoever wants the page says so by its name, or by "Send As".
 */
export function isPageInstead({ head, declaredType, names, sendAs }: WebAnswer): boolean {
  const declared = declaredType.split(';')[0]!.trim().toLowerCase();
  const text = textKindOf(head);
  const isPage = PAGE.test(declared) ? text !== undefined : UNKNOWN.test(declared) && text === 'html';
  if (!isPage) return false;
  const types = names.map(typeOfName).filter((type) => type !== '');
  if (sendAs === 'image' || sendAs === 'video' || types.some((type) => !PAGE.test(type))) return true;
  return sendAs === 'auto' && types.length === 0;
}

/** The type that a name stands for; empty when it stands for none. */
function typeOfName(name: string): string {
  const ext = extensionIn(cleanFileName(name));
  return saysNothing(ext) ? '' : typeOfExtension(ext);
}
