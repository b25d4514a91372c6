import type { INode } from 'n8n-workflow';

import { InputProblem } from '../../shared/errors';
import { textParameter } from '../../shared/textParameter';
import { fieldsOf } from '../fields';
import type { RecipientOperation } from '../operation';
import { deliver } from './deliver';
import { sendOptions } from './options';
import { textOptions, textParts, textSettingsOf } from './text';

/** What the AI Agent calls its answer: behind one, nothing is to be filled in. */
const ANSWER_OF_AGENT = '={{ $json.output }}';

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
        default: ANSWER_OF_AGENT,
        placeholder: 'e.g. Your order has been shipped',
        description:
          'The text to send. A long one goes out as several messages. By default it is the answer of the AI agent before this node.',
      },
    ],
    [...sendOptions, ...textOptions],
  ),

  async execute(input) {
    const { context, itemIndex } = input;
    const text = textParameter(context, 'text', itemIndex);
    if (text.trim() === '') throw emptyText(context.getNode());
    const parts = await textParts(
      text,
      textSettingsOf(context.getNodeParameter('options', itemIndex, {}) as object),
    );
    return deliver(
      input,
      parts,
      parts.map(({ item }) => item.text_item?.text ?? ''),
    );
  },
};

/** n8n does not save what is as it was at first, so a parameter that is not there has its default. */
function emptyText({ parameters: { text = ANSWER_OF_AGENT } }: INode): InputProblem {
  return new InputProblem({ code: 'text_empty', facts: { isAgents: text === ANSWER_OF_AGENT } });
}
