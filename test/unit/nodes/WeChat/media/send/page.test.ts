import { isPageInstead, type WebAnswer } from '../../../../../../nodes/WeChat/media/send/page';
import { fileLike } from '../../../../../support/file-heads';

const HTML = Buffer.from('<html><body>Log in</body></html>');
const answer = (names: string[], declaredType: string, more: Partial<WebAnswer> = {}): WebAnswer => ({
  head: HTML,
  declaredType,
  names,
  sendAs: 'auto',
  ...more,
});

describe('isPageInstead', () => {
  it.each([
    ['for a picture by its address', answer(['', 'a.jpg'], 'text/html')],
    ['for a document by its address', answer(['%E6%9C%88.docx'], 'text/html; charset=gbk')],
    ['for a picture by the parameter', answer(['view'], 'text/html', { sendAs: 'image' })],
    ['that nobody declared', answer(['a.mp4'], '')],
    ['that is declared as nothing', answer(['a.mp4'], 'application/octet-stream')],
    ['where nothing tells what was asked for', answer(['', 'download.php', 'view', '7'], 'text/html')],
    ['that begins in its middle', answer(['a.pdf'], 'text/html', { head: Buffer.from('<div>no</div>') })],
  ])('knows a page %s', (_what, given) => expect(isPageInstead(given)).toBe(true));

  it.each([
    ['that was asked for', answer(['page.html'], 'text/html')],
    ['that gets such a name', answer(['report.html', 'view'], 'text/html')],
    ['that has the bytes of a picture', answer(['a.png'], 'text/html', { head: fileLike('image/png', 99) })],
    ['that is a table for Excel', answer(['a.xls'], 'application/vnd.ms-excel')],
    ['as a file, without a name', answer([''], 'text/html', { sendAs: 'file' })],
  ])('lets one pass %s', (_what, given) => expect(isPageInstead(given)).toBe(false));
});
