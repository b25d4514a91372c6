import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answerWorkflow } from './workflow';

/** `tsx demo/exportExample.ts && npm run format`: writes the demo's workflow as a file that people import into their n8n. */
const file = join(__dirname, '..', 'examples', 'answer-a-message.json');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(answerWorkflow(), null, 2) + '\n');
console.log(file);
