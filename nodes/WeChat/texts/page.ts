/** The languages of the login page. */
export type Language = 'en' | 'zh';

const EN = {
  title: 'Connect WeChat to n8n',
  noScript: 'This page needs JavaScript.',
  loading: 'One moment…',
  intro:
    'You need your phone with WeChat. The button shows a QR code; it is valid for about two minutes, and a new one follows by itself.',
  show: 'Show QR code',
  showAnother: 'Show a new QR code',
  qrAlt: 'QR code to scan with WeChat',
  validFor: 'Valid for {time}',
  renewing: 'Getting a new QR code…',
  stepScan: 'In WeChat tap + and then Scan, and scan the code',
  stepNumber: 'WeChat shows a number on your phone. Type it here',
  stepConfirm: 'Confirm on your phone',
  numberLabel: 'Number on your phone',
  send: 'Send',
  numberWrong: 'That number does not match. Look at your phone again.',
  numberNotOne: 'Only digits, please: the number that your phone shows.',
  numberSent: 'Checking the number…',
  scanned: 'Scanned. Now confirm on your phone.',
  scannedNumber: 'Scanned. Now type the number that your phone shows.',
  samePhone: 'WeChat is on this very device?',
  openLink: 'Open the link in WeChat',
  paused: 'Nobody scanned the code.',
  saving: 'Confirmed. Saving the connection in n8n…',
  done: 'Connected',
  created: 'The credential “{name}” was created in n8n for {account}. Choose it in your WeChat nodes.',
  updated: 'The credential “{name}” has the new login of {account}. Running workflows go on within seconds.',
  close: 'You can close this page.',
  again: 'Start again',
  elsewhere:
    'This link was opened in another browser, and a link works in one only. Go on there, or get a new link.',
  unknown:
    'This link is not valid any more. Get a new one in n8n: WeChat node, resource Login, operation Get Login Link.',
  offline: 'n8n does not answer. Trying again…',
  helpTitle: 'You scan, and nothing happens?',
  helpOldBot:
    'Remove the old bot in WeChat on your phone, then scan again: an account that was connected before can land in its old chat.',
  helpMainland: 'Use a WeChat account of mainland China; international ones often get no further.',
  helpUpdate: 'Update WeChat on your phone.',
  helpVersion:
    'If the phone asks to upgrade the OpenClaw interface version, raise the Client Version in the options of the login node in n8n.',
};

const ZH: typeof EN = {
  title: '将微信连接到 n8n',
  noScript: '此页面需要启用 JavaScript。',
  loading: '请稍候…',
  intro: '请准备好装有微信的手机。点击按钮后会显示二维码，有效期约两分钟，过期后会自动更换。',
  show: '显示二维码',
  showAnother: '显示新的二维码',
  qrAlt: '请用微信扫描的二维码',
  validFor: '剩余 {time}',
  renewing: '正在获取新的二维码…',
  stepScan: '在微信中点击“+”，选择“扫一扫”，扫描二维码',
  stepNumber: '手机微信上显示了一个数字，请在此输入',
  stepConfirm: '在手机上确认',
  numberLabel: '手机上的数字',
  send: '提交',
  numberWrong: '数字不正确，请再看一下手机。',
  numberNotOne: '请只输入手机上显示的数字。',
  numberSent: '正在验证…',
  scanned: '已扫描，请在手机上确认。',
  scannedNumber: '已扫描，请输入手机上显示的数字。',
  samePhone: '微信就在这台设备上？',
  openLink: '在微信中打开链接',
  paused: '二维码一直没有被扫描。',
  saving: '已确认，正在将连接保存到 n8n…',
  done: '连接成功',
  created: '已在 n8n 中为 {account} 创建凭据“{name}”，请在微信节点中选择它。',
  updated: '凭据“{name}”已更新为 {account} 的新登录，正在运行的工作流几秒内会自动恢复。',
  close: '现在可以关闭此页面。',
  again: '重新开始',
  elsewhere: '此链接已在另一个浏览器中打开，每个链接只能用于一个浏览器。请在那里继续，或获取新的链接。',
  unknown: '此链接已失效。请在 n8n 中获取新的链接：WeChat 节点，资源 Login，操作 Get Login Link。',
  offline: 'n8n 没有响应，正在重试…',
  helpTitle: '扫码后没有反应？',
  helpOldBot: '请先在手机微信中删除旧的机器人，再重新扫码：连接过的微信号可能会直接打开旧的聊天。',
  helpMainland: '请使用中国大陆的微信号，国际版微信号往往无法继续。',
  helpUpdate: '请将手机上的微信更新到最新版本。',
  helpVersion: '如果手机提示升级 OpenClaw 接口版本，请在 n8n 登录节点的选项中调高 Client Version。',
};

/** What helped others whose scan led nowhere, most often first. */
export const SCAN_HELP = ['helpOldBot', 'helpMainland', 'helpUpdate', 'helpVersion'] as const;

export type Texts = typeof EN;
export const TEXTS: Record<Language, Texts> = { en: EN, zh: ZH };

/** The language of the page: the first of the browser's that it has, else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry, order) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters.map((one) => /^\s*q=([\d.]+)/.exec(one)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality), order };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality || one.order - other.order);
  const match = wanted.find(({ tag }) => /^(zh|en)(-|$)/.test(tag));
  return match?.tag.startsWith('zh') ? 'zh' : 'en';
}
