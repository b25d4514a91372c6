import type { IDataObject } from 'n8n-workflow';

import { ItemType } from '../../../../ilink/wire';
import { InputProblem } from '../../shared/errors';
import { textParameter } from '../../shared/textParameter';
import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';
import { deliver } from './deliver';
import { sendOptions } from './options';
import { prepareText, type TextFormat } from './text';

/** Message → Send Text. */
export const sendText: RecipientOperation = {
  name: 'Send Text',
  action: 'Send text',
  summary: 'Send a text message',
  needs: 'recipient',
  description: fieldsOf(
    { resource: ['message'], operation: ['sendText'] },
    [
      {
        displayName: 'Text',
        name: 'text',
        type: 'string',
        typeOptions: { rows: 4 },
        required: true,
        default: '',
        placeholder: 'e.g. Your order has been shipped',
        description: 'The text to send. A long one goes out as several messages.',
      },
    ],
    [
      ...sendOptions,
      {
        displayName: 'Format',
        name: 'format',
        type: 'options',
        default: 'weChat',
        options: [
          { name: 'As Is', value: 'asIs', description: 'Change nothing' },
          { name: 'Plain Text', value: 'plain', description: 'Turn Markdown into plain text' },
          {
            name: 'WeChat',
            value: 'weChat',
            description: 'Keep the Markdown that phones show, and turn the rest into readable text',
          },
        ],
        description: 'What to do with Markdown in the text',
      },
      {
        displayName: 'Max Characters per Message',
        name: 'maxCharacters',
        type: 'number',
        typeOptions: { minValue: 100, maxValue: 16000 },
        default: 2000,
        description:
          'A longer text is sent in parts, cut between paragraphs, lines or sentences. Each part counts as one of the 10 messages that WeChat allows after each message of the user.',
      },
    ],
  ),

  async execute(input) {
    const { context, itemIndex } = input;
    const text = textParameter(context, 'text', itemIndex);
    if (text.trim() === '') {
      throw new InputProblem(
        'The text is empty',
        'Fill in "Text". If it is an expression, check that it gives a value for this item.',
      );
    }
    const parts = prepareText(
      text,
      settingsOf(context.getNodeParameter('options', itemIndex, {}) as IDataObject),
    );
    const messages = parts.map((part) => ({
      type: 'text' as const,
      item: { type: ItemType.Text, text_item: { text: part } },
    }));
    return deliver(input, messages, JSON.stringify(parts));
  },
};

function settingsOf(options: IDataObject): { format: TextFormat; maxCharacters: number } {
  const wanted = Number(options.maxCharacters ?? 2000);
  return {
    format: (options.format as TextFormat | undefined) ?? 'weChat',
    maxCharacters: Number.isFinite(wanted) ? Math.min(16_000, Math.max(100, wanted)) : 2000,
  };
}
