import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A text in the source that a person could read as a sentence. */
export interface Found {
  line: number;
  text: string;
}

const WORDS = 3;
/** A word of a sentence: letters, perhaps with an apostrophe or a hyphen, and a mark behind it. */
const WORD = /^["“(]?[A-Za-z][A-Za-z'’-]*[.,:;!?)"”…]*$/;
/** What a database or a shell is told. */
const FRAGMENT = /[=?*;]|[a-z] (AS|LIMIT|BETWEEN) /;
const STATEMENT =
  /^\s*(\(|WITH|SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|BEGIN|FROM|WHERE|AND|OR|ORDER|LIMIT|ON|JOIN|LEFT|SET|VALUES|RETURNING)\b/;

/** Texts of three words or more in a source file, where a template's places count as one word each. */
export function sentencesIn(file: string, code = readFileSync(file, 'utf8')): Found[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (isDescription(node)) return;
    const text = textOf(node);
    if (text !== undefined && isSentence(text))
      found.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What n8n reads to draw a node: those texts stay beside the parameter that they describe. */
const OF_DESCRIPTIONS = new Set([
  'displayName',
  'description',
  'hint',
  'placeholder',
  'action',
  'subtitle',
  'text',
  'multipleValueButtonText',
  'notice',
  'defaultName',
  'eventTriggerDescription',
  'activationMessage',
  'header',
  'executionsHelp',
  'active',
  'inactive',
]);

function isDescription(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node) && OF_DESCRIPTIONS.has(node.name.getText());
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('');
}

function isSentence(text: string): boolean {
  if (STATEMENT.test(text) || FRAGMENT.test(text)) return false;
  const words = text.split(/\s+/).filter((word) => WORD.test(word));
  return words.length >= WORDS;
}

/** Words of n8n in texts and comments of a source file. */
export function wordsOfN8nIn(file: string, code = readFileSync(file, 'utf8')): Found[] {
  return code
    .split('\n')
    .map((text, at) => ({ line: at + 1, text: text.trim() }))
    .filter(({ text }) => N8N.test(text));
}

const N8N =
  /\bn8n\b(?!-nodes-wechat-ilink)|\bworkflows?\b|\bthe (WeChat )?nodes?\b|\bcredential dialog\b|\bexecutions?\b/i;
