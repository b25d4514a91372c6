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

/** What went wrong, in Chinese: message and what to do next, by the code of the problem. English ones come as they are. */
export const PROBLEMS_ZH: Record<string, [message: string, next: string]> = {
  too_many_codes: [
    '二维码没有在有效期内被扫描并确认',
    '请在手机上打开微信，然后重新开始。如果扫码后没有反应：请删除微信中旧的机器人，使用中国大陆的微信号，更新微信，或调高客户端版本。',
  ],
  verify_code_blocked: [
    '输入错误的数字次数过多，微信已阻止此次登录',
    '请等待几分钟后重新开始，并输入手机上显示的数字。',
  ],
  foreign_host: ['登录被转到不属于微信的主机，已停止', '请检查 API 地址以及网络代理。'],
  no_qr_code: ['微信没有返回二维码', '请检查 API 地址，默认是 https://ilinkai.weixin.qq.com。'],
  unusable_qr_code: ['收到的二维码内容无法显示', '请检查 API 地址以及网络代理。'],
  foreign_key: [
    '此登录页面的 n8n API 凭据没有共享给它所在的项目，没有写入任何内容',
    '请在 WeChat Login Trigger 中选择本项目的 n8n API 凭据，或请其所有者共享。',
  ],
  no_account: ['微信没有说明是谁扫的码，凭据没有改变', '请获取不指定凭据的链接，登录后会创建新的凭据。'],
  unknown_account: [
    '不知道该凭据属于哪个微信号，凭据没有改变',
    '请发布一个使用该凭据的 WeChat Trigger 工作流，并让本人给机器人发一条消息；也可以获取不指定凭据的链接，登录后会创建新的凭据。',
  ],
  other_type: [
    '此链接指定的凭据不是 WeChat Bot API 凭据，没有改变',
    '请用正确的凭据 ID 获取链接，或不指定凭据。',
  ],
  no_credentials: ['登录已确认，但微信没有返回令牌', '请重新开始。'],
  login_failed: ['微信拒绝了登录', '请检查 API 地址和客户端版本，也可能是代理删除了请求头。'],
  already_bound: ['此微信号已在这里连接，微信没有返回新的令牌', '请使用已有的凭据，或重新开始登录。'],
  other_account: [
    '扫码的是另一个微信号，凭据没有改变',
    '请用原来的微信号扫码。要连接新的微信号，请获取新的链接。',
  ],
  unreachable: ['无法连接到微信服务器', '请检查运行 n8n 的机器的网络。'],
  timed_out: ['微信服务器没有及时响应', '请检查运行 n8n 的机器的网络。'],
  api_key_missing: [
    '登录节点没有 n8n API 凭据',
    '请在 n8n 中为 WeChat Login Trigger 节点选择 n8n API 凭据，无需重新扫码。',
  ],
  api_unauthorized: ['n8n 不接受该 API 密钥', '请在 n8n 中检查 n8n API 凭据，无需重新扫码。'],
  api_forbidden: [
    '该 API 密钥没有创建或更新凭据的权限',
    '请在 n8n 的“设置 → n8n API”中为密钥添加 credential 权限，无需重新扫码。',
  ],
  api_unreachable: ['n8n 无法访问自己的 API', '请检查 n8n API 凭据中的 Base URL，无需重新扫码。'],
  api_refused: ['n8n 没有保存凭据', '请检查 n8n API 凭据中的 Base URL，无需重新扫码。'],
};

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
