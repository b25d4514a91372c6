import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { commentsIn, sentencesIn, textsIn, type Found } from './sentences';

const ROOT = join(__dirname, '..', '..', '..');
/** They tell codes and facts, and do not know who asks. */
const ROOMS_BELOW = ['bot', 'ilink', 'login', 'store', 'text'];
/** They speak to people. */
const SPEAKING = ['nodes', 'cli'];
const TEXTS = /^(nodes\/WeChat|cli)\/texts(\.ts$|\/)/;

/** Files with texts of three words that nobody is told, each with the reason. */
const NOT_TOLD: ReadonlyArray<[file: RegExp, why: string]> = [
  [/^ilink\/(phrases|server-words)\.ts$/, 'what servers say, to know it again'],
  [/^text\/html(-document|-proof)?\.ts$/, 'lists of tags'],
  [/^ilink\/media\/silk-decoder\.ts$/, 'the program of a thread'],
  [/^store\/sqlite\/elsewhere\.ts$/, 'the program of a thread'],
  [/^store\/sqlite\/failures\.ts$/, 'what SQLite says, for an error like its own'],
  [/^bot\/send\/(id-giver|queued-outcomes)\.ts$/, 'names under which the store keeps something'],
  [/(^|\/)properties\.ts$/, 'a part of the description of a node'],
];

/** Where rooms below name n8n in a text, each with the reason. */
const NAMES_N8N: ReadonlyArray<[file: RegExp, why: string]> = [
  [/^bot\/client-id\.ts$/, 'the ids that servers have seen begin with it'],
  [/^store\/place\.ts$/, 'the folder and the variables of n8n, where the file lies'],
];

/** Where a comment of a room below has to name n8n, each with the reason. */
const FACTS_ABOUT_N8N: ReadonlyArray<[file: RegExp, why: string]> = [
  [/^bot\/copies\.ts$/, 'its updates load the code of a package twice'],
  [
    /^bot\/receive\/inbox\.ts$/,
    'how long it takes to start, to save and to stop decides how long messages are kept',
  ],
  [
    /^bot\/send\/checkpoints\.ts$/,
    'how long it keeps what may be tried again decides how long a send is known',
  ],
  [/^store\/place\.ts$/, 'the file lies in its folder'],
  [/^store\/sqlite\/access\.ts$/, 'how long it waits for its own end decides how long a call may wait'],
];

const OF_N8N =
  /\bn8n\b(?!-nodes-wechat-ilink)|\bworkflows?\b|\bthe (WeChat )?nodes?\b|\bcredential dialog\b|\bparameters? of\b/i;

const filesOf = (rooms: readonly string[]): string[] =>
  rooms.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${room}/${name.replaceAll('\\', '/')}`),
  );
const isExcused = (file: string, excuses: ReadonlyArray<[RegExp, string]>): boolean =>
  excuses.some(([pattern]) => pattern.test(file));
const violations = (files: readonly string[], find: (code: string) => Found[]): string[] =>
  files.flatMap((file) =>
    find(readFileSync(join(ROOT, file), 'utf8')).map(({ line, text }) => `${file}:${line} ${text}`),
  );
const withWordsOfN8n = (found: Found[]): Found[] => found.filter(({ text }) => OF_N8N.test(text));

describe('Sentences for people', () => {
  it('are in no room below the nodes and the terminal', () => {
    const files = filesOf(ROOMS_BELOW).filter((file) => !isExcused(file, NOT_TOLD));
    expect(violations(files, sentencesIn)).toEqual([]);
  });

  it('of the nodes and the terminal are among their texts', () => {
    const files = filesOf(SPEAKING).filter((file) => !TEXTS.test(file) && !isExcused(file, NOT_TOLD));
    expect(violations(files, sentencesIn)).toEqual([]);
  });

  it('are found where they are planted', () => {
    const planted = [
      "throw new Problem('The file is too large', 'Send a smaller one.');",
      'report(`${count} messages were lost`);',
      "const trouble = { message: 'It does not work', next: 'Try it again later' };",
      'return { reason: `WeChat took ${count} of them` };',
    ].join('\n');
    expect(sentencesIn(planted).map(({ line }) => line)).toEqual([1, 1, 2, 3, 3, 4]);
  });

  it('are no descriptions of parameters, statements for a database, codes or names of fields', () => {
    const code = [
      "const property = { displayName: 'To', description: 'Who gets the message in the end' };",
      "const sql = 'SELECT seq FROM messages WHERE bot = ?';",
      "const code = 'conversation_closed';",
      "const field = 'API Base URL';",
    ].join('\n');
    expect(sentencesIn(code)).toEqual([]);
  });
});

describe('The words of n8n', () => {
  it('are in no text of a room below', () => {
    const files = filesOf(ROOMS_BELOW).filter((file) => !isExcused(file, NAMES_N8N));
    expect(violations(files, (code) => withWordsOfN8n(textsIn(code)))).toEqual([]);
  });

  it('are in no comment of a room below that does not state a fact about n8n', () => {
    const files = filesOf(ROOMS_BELOW).filter((file) => !isExcused(file, FACTS_ABOUT_N8N));
    expect(violations(files, (code) => withWordsOfN8n(commentsIn(code)))).toEqual([]);
  });

  it('are found where they are planted', () => {
    const planted = '/** Check the parameters of the node. */\nconst next = "See the workflow";';
    expect(withWordsOfN8n(textsIn(planted))).toHaveLength(1);
    expect(withWordsOfN8n(commentsIn(planted))).toHaveLength(1);
  });
});
