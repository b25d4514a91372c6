/** Lints texts as if they stood in files of the checkout. stdin: JSON [{file, code}]; stdout: the rules that each breaks. */
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

export interface Plant {
  /** A file that exists: the rules that need types know no others. */
  file: string;
  code: string;
}

async function main(): Promise<void> {
  const plants = JSON.parse(await text(process.stdin)) as Plant[];
  const eslint = new ESLint();
  const broken: string[][] = [];
  for (const { file, code } of plants) {
    const [result] = await eslint.lintText(code, { filePath: file });
    broken.push(result!.messages.map(({ ruleId, message }) => ruleId ?? message));
  }
  process.stdout.write(JSON.stringify(broken));
}

void main();
