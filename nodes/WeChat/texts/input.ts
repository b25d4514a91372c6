import { FILES } from './files';
import { UNKNOWN_ACCOUNT } from './login';
import type { Words } from './table';

const CHECK_EXPRESSION = 'If it is an expression, check that it gives a value for this item.';
const MAKE_TEXT = 'Choose one of its fields in the expression, or turn it into text with .toJsonString().';
const WHO = 'Options → Who May Make Links';

/** A value of a parameter that is none of its own. */
interface Wrong {
  /** The name of the parameter, as the node shows it. */
  name: string;
  /** The value, as far as it may be shown. */
  value: string;
}

const PARAMETERS = {
  no_choice: ({ name, value, values, listed }: Wrong & { values: string; listed: string }) => ({
    message: `"${name}" is ${value}, which is none of its values: ${values}`,
    next: `Give one of these values: ${listed}.`,
  }),
  no_choices: ({ name, value, values, listed }: Wrong & { values: string; listed: string }) => ({
    message: `"${name}" is ${value} and not a list of its values: ${values}`,
    next: `Give a list of these values: ${listed}.`,
  }),
  no_boolean: ({ name, value }: Wrong) => ({
    message: `"${name}" is ${value}, which is neither true nor false`,
    next: 'Give one of these values: true, false.',
  }),
  no_number: ({ name, value, ...range }: Wrong & Range) => ({
    message: `"${name}" is ${value}, and has to be ${numberIn(range)}`,
    next: `Give ${numberIn(range)}.`,
  }),
  no_text: ({ name, value }: Wrong) => ({ message: `"${name}" is ${value} and not a text`, next: MAKE_TEXT }),
  no_object: ({ name, value, fields }: Wrong & { fields: string }) => ({
    message: `"${name}" is ${value} and not an object`,
    next: `Give an object with some of these fields: ${fields}.`,
  }),
  text_not_text: ({ name, value }: Wrong) => ({
    message: `The ${name} is ${value} and not a text`,
    next: MAKE_TEXT,
  }),
  text_empty: ({ isAgents }: { isAgents: boolean }) => ({
    message: 'The text is empty',
    next: isAgents
      ? 'Fill in "Text". It is {{ $json.output }}, the answer of an AI Agent, until you put something else there, and this item has no "output".'
      : `Fill in "Text". ${CHECK_EXPRESSION}`,
  }),
  nobody: {
    message: 'There is nobody to send to',
    next: 'Fill in "To", or connect a WeChat Trigger before this node, or put the owner\'s user ID into the credential.',
  },
  queue_ids: {
    message: 'Queue IDs has to be a list of numbers',
    next: 'Use the "id" of Conversation → List Queued, for example "12, 13". Leave it empty to cancel all that wait for the user.',
  },
};

interface Range {
  least?: number;
  most?: number;
  isWhole?: boolean;
}

function numberIn({ least, most, isWhole }: Range): string {
  const kind = isWhole ? 'a whole number' : 'a number';
  if (least !== undefined && most !== undefined) return `${kind} from ${least} to ${most}`;
  if (least !== undefined) return `${kind}, ${least} at least`;
  return most === undefined ? kind : `${kind}, ${most} at most`;
}

const LINKS = {
  no_page_there: {
    message: 'No login page is open at this URL, or this workflow may not make links for it',
    next: `Use the production URL of a WeChat Login Trigger in a workflow of this project that is published. For a page of another project, its publisher has to allow it: ${WHO}.`,
  },
  no_page: ({ closed }: { closed: number }) => ({
    message: 'No login page is open',
    next: `Add a WeChat Login Trigger to this workflow or to another one of this project, publish it, and try again.${othersOpen(closed)}`,
  }),
  no_test_page: {
    message: 'No login page is being tested',
    next: 'Execute the step of the WeChat Login Trigger. While it listens, execute this node in another tab.',
  },
  sub_workflow: {
    message: 'A sub-workflow may not make links for this login page',
    next: `n8n does not tell whose workflow a sub-workflow really is. Execute Get Login Link in the calling workflow, or allow links to everybody in the WeChat Login Trigger (${WHO}).`,
  },
  foreign_page: {
    message: 'This login page renews no credential of another project',
    next: 'It belongs to another project, and everybody may only connect new accounts there. Leave Credential ID empty, or publish a WeChat Login Trigger in this project.',
  },
  unknown_account: UNKNOWN_ACCOUNT,
  login_state: {
    message: 'The login state is not one',
    next: 'Use the "state" of the item that Get QR Code or an earlier Wait for Scan gave, for example {{ $json.state }}.',
  },
  verify_code: {
    message: 'The verify code is no number',
    next: 'Use the digits that WeChat shows on the phone.',
  },
};

function othersOpen(closed: number): string {
  if (closed === 0) return '';
  const others = closed === 1 ? 'One page of another project is' : `${closed} pages of other projects are`;
  return ` ${others} open, where this workflow may not make links: the publisher can allow it (${WHO}).`;
}

const CREDENTIAL = {
  token_missing: {
    message: 'The bot token is missing',
    next: 'Log in with a QR code and put the "bot_token" into the credential.',
  },
  token_unusable: {
    message: 'The bot token contains characters that no token has',
    next: 'Copy only the value of "bot_token", without quotes, spaces or line breaks inside.',
  },
  no_web_address: ({ field }: { field: 'API Base URL' | 'CDN Base URL' }) => ({
    message: `${field} is not a web address`,
    next: 'It has to start with https://, for example https://ilinkai.weixin.qq.com.',
  }),
  no_version: {
    message: 'Client Version is not a version',
    next: 'It has the form 2.4.9: three numbers from 0 to 255.',
  },
};

const INPUT = { ...PARAMETERS, ...LINKS, ...CREDENTIAL, ...FILES };

type Input = typeof INPUT;

/** What is wrong with the parameters, the credential or a file: a code, and what comes with it. */
export type InputFault = {
  [Code in keyof Input]: Input[Code] extends (facts: infer Facts) => Words
    ? { code: Code; facts: Facts }
    : { code: Code };
}[keyof Input];

/** What is wrong, and what to do. */
export function inputWords(fault: InputFault): Words {
  const words = INPUT[fault.code] as Words | ((facts: unknown) => Words);
  return typeof words === 'function' ? words('facts' in fault ? fault.facts : undefined) : words;
}
