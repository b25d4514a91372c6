import type { LoginError, LoginFailure } from '../../../login/error';
import type { LoginProblem, OldLoginProblem, SaveProblem } from '../../../login/record';
import { hostWords } from './detail';
import { errorWords } from './errors';
import type { Language } from './page';
import { textOf, type Table, type Words } from './table';

type OfLogin = LoginFailure | SaveProblem | Extract<LoginProblem, { code: 'already_bound' | 'unexpected' }>;

const CHECK_PROXY = 'Check the API base URL, and whether a proxy changes what WeChat answers.';
const REPORT = 'If it stays, please report it to the maintainers.';
const NO_SCAN = 'You need not scan again.';

const PROBLEMS: Table<OfLogin, Words> = {
  too_many_codes: {
    message: 'No QR code was scanned and confirmed in time',
    next: 'A QR code lives about two minutes. Have WeChat open on the phone, then start the login again. If a scan leads nowhere: remove the old bot in WeChat on the phone, use a WeChat account of mainland China, update WeChat, and if the phone asks to upgrade the OpenClaw interface version, raise the client version.',
  },
  verify_code_blocked: {
    message: 'WeChat blocked the login because of too many wrong numbers',
    next: 'Wait a few minutes, start the login again, and type the number that WeChat shows on the phone.',
  },
  foreign_host: {
    message: 'The login was sent on to a host that does not belong to WeChat, and was stopped',
    next: `${CHECK_PROXY} If the address below is a new one of Tencent, please report it to the maintainers.`,
  },
  no_qr_code: {
    message: 'WeChat gave no QR code',
    next: 'Check the API base URL. Without a reason to change it, it is https://ilinkai.weixin.qq.com.',
  },
  unusable_qr_code: {
    message: 'What came as a QR code cannot be drawn as one',
    next: `${CHECK_PROXY} ${REPORT}`,
  },
  no_credentials: {
    message: 'The login was confirmed, but WeChat returned no bot token',
    next: `Start the login again. ${REPORT}`,
  },
  already_bound: {
    message: 'This WeChat account is connected here already, and WeChat gave no new token',
    next: 'Use the credential that is there, or start the login again.',
  },
  unexpected: ({ name }) => ({
    message: 'Something unexpected went wrong',
    next: `Start the login again, and report this if it stays (${name}).`,
  }),
  other_account: {
    message: 'Another WeChat account scanned the code, and the credential was left as it is',
    next: 'Scan with the account of this credential. To connect another account, get a link without a credential.',
  },
  no_account: {
    message: 'WeChat did not say who scanned the code, and the credential was left as it is',
    next: 'Get a link without a credential: it creates a new one.',
  },
  unknown_account: {
    message: 'Nobody knows whose WeChat account this credential belongs to, so it was left as it is',
    next: 'Publish a workflow with a WeChat Trigger that uses this credential, and have the person write to the bot once: that proves it. If the token works no more, fill in "Owner\'s User ID" in the credential and publish the workflow again. Or get a link without a Credential ID: it creates a new credential.',
  },
  other_type: {
    message: 'The credential that this link is for is no WeChat Bot API credential, and was left as it is',
    next: 'Get a link with the id of a WeChat Bot API credential, or without one.',
  },
  foreign_key: {
    message:
      'The n8n API credential of this login page is not shared with its project, and nothing was written',
    next: 'Choose an n8n API credential of this project in the WeChat Login Trigger, or have its owner share it with the project.',
  },
  api_key_missing: {
    message: 'There is no usable n8n API credential',
    next: `Choose an "n8n API" credential in the login node, with an API key and the address of this n8n, such as http://localhost:5678/api/v1. ${NO_SCAN}`,
  },
  api_unreachable: {
    message: 'n8n cannot reach its own API',
    next: `Check the Base URL of the n8n API credential: it is called from where n8n runs, often http://localhost:5678/api/v1. ${NO_SCAN}`,
  },
  api_unauthorized: {
    message: 'n8n does not accept the API key',
    next: `Check the n8n API credential, or create a new key under Settings → n8n API. ${NO_SCAN}`,
  },
  api_forbidden: {
    message: 'The API key may not create or update this credential',
    next: `Give the key the scopes credential:read, credential:create and credential:update under Settings → n8n API. A key writes only what its user may edit. ${NO_SCAN}`,
  },
  api_refused: ({ status, said }) => ({
    message: `n8n did not save the credential (HTTP ${status}${said ? `: ${said}` : ''})`,
    next: `Check the Base URL of the n8n API credential: it ends in /api/v1. ${NO_SCAN}`,
  }),
};

/** In Chinese, those that a person meets on the page. The others come in English. */
export const PROBLEMS_ZH: Partial<Record<LoginProblem['code'], [message: string, next: string]>> = {
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

/** What keeps a login from going on, and what to do. */
export function problemWords(problem: LoginProblem | OldLoginProblem, language: Language = 'en'): Words {
  const translated = language === 'zh' ? PROBLEMS_ZH[problem.code as LoginProblem['code']] : undefined;
  if (translated) return { message: translated[0], next: translated[1] };
  if ('message' in problem) return { message: problem.message, next: problem.next };
  if (!isOfLogin(problem)) return errorWords(problem);
  const told: OfLogin = isKnown(problem) ? problem : { code: 'unexpected', facts: { name: problem.code } };
  return textOf<OfLogin, Words>(PROBLEMS, told);
}

function isOfLogin(problem: LoginProblem): problem is OfLogin {
  return !('facts' in problem && 'endpoint' in problem.facts);
}

/** It comes from the store, where a later version may have written it. */
function isKnown({ code }: OfLogin): boolean {
  return Object.hasOwn(PROBLEMS, code);
}

/** What was seen when a login ended, for whoever looks for the reason. */
export function loginDetail({ endpoint, failure }: LoginError): string {
  const seen = 'facts' in failure ? `, ${seenIn(failure)}` : '';
  return `${endpoint}: ${failure.code}${seen}`;
}

function seenIn(failure: Extract<LoginFailure, { facts: object }>): string {
  switch (failure.code) {
    case 'foreign_host':
      return hostWords(failure.facts.host);
    case 'unusable_qr_code':
      return `${failure.facts.bytes} bytes`;
    case 'no_credentials':
      return `${failure.facts.missing} is missing`;
    default:
      return `${failure.facts.codes} codes`;
  }
}

/** Whose account a credential belongs to is not known; also said where a link is made, which is sooner. */
export const UNKNOWN_ACCOUNT: Words = problemWords({ code: 'unknown_account' });
