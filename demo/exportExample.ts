import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loginWorkflow, renewalWorkflow } from './loginWorkflow';
import { answerWorkflow } from './workflow';

const EXAMPLES = {
  'answer-a-message.json': answerWorkflow(),
  'connect-wechat.json': loginWorkflow(),
  'ask-for-a-new-login.json': renewalWorkflow(),
};

/** `tsx demo/exportExample.ts && npm run format`: writes the demo's workflows as files that people import into their n8n. */
const folder = join(__dirname, '..', 'examples');
mkdirSync(folder, { recursive: true });
for (const [name, workflow] of Object.entries(EXAMPLES)) {
  writeFileSync(join(folder, name), JSON.stringify(workflow, null, 2) + '\n');
  console.log(join(folder, name));
}
