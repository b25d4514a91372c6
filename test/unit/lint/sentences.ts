import ts from 'typescript';

/** A text in the source, and where it stands. */
export interface Found {
  line: number;
  text: string;
}

/** So many words in a row are read as a sentence. */
const WORDS = 3;
const WORD = /^["“(]?[A-Za-z][A-Za-z'’-]*[.,:;!?)"”…]*$/;
/** What a database is told. */
const STATEMENT =
  /^\s*(\(|--|WITH|SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|BEGIN|FROM|WHERE|AND|OR|ORDER|LIMIT|ON|JOIN|LEFT|SET|VALUES|RETURNING)\b/;
const FRAGMENT = /[=?*;]|[a-z] (AS|LIMIT|BETWEEN) |\bLIMIT X$/;

/** What n8n draws a node from. Those texts stay beside the parameter that they describe. */
const OF_DESCRIPTIONS: ReadonlySet<string> = new Set([
  'action',
  'activationMessage',
  'description',
  'displayName',
  'eventTriggerDescription',
  'hint',
  'name',
  'placeholder',
  'summary',
]);

/** Texts that a person would read as a sentence, but for those of n8n's descriptions. A template's places count as a word each. */
export function sentencesIn(code: string): Found[] {
  return textsIn(code).filter(({ text }) => isSentence(text));
}

/** Every text in the source, but for those of n8n's descriptions and the names of modules. */
export function textsIn(code: string): Found[] {
  const source = ts.createSourceFile('file.ts', code, ts.ScriptTarget.Latest, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (isDescription(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const text = textOf(node);
    if (text !== undefined) found.push({ line: lineOf(source, node.getStart()), text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The comments of a source file. */
export function commentsIn(code: string): Found[] {
  const source = ts.createSourceFile('file.ts', code, ts.ScriptTarget.Latest, true);
  const found = new Map<number, Found>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(code, node.getFullStart()) ?? [])
      found.set(pos, { line: lineOf(source, pos), text: code.slice(pos, end) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()];
}

function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}

function isDescription(node: ts.Node): boolean {
  return ts.isPropertyAssignment(node) && OF_DESCRIPTIONS.has(node.name.getText());
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `X${literal.text}`).join('');
}

/** Words that all begin with a capital are the name of a field. */
function isSentence(text: string): boolean {
  if (STATEMENT.test(text) || FRAGMENT.test(text)) return false;
  const words = text.split(/\s+/).filter((word) => WORD.test(word));
  return words.length >= WORDS && words.some((word) => /^[a-z]/.test(word));
}
