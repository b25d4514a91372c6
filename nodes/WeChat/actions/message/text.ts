import { setImmediate as rest } from 'node:timers/promises';
import type { INodeProperties } from 'n8n-workflow';

import type { Part } from '../../../../bot/send/message';
import { formatSteps } from '../../../../text/markdown';
import { cutSteps, DEFAULT_MAX_CHARACTERS, MAX_TEXT_BYTES } from '../../../../text/split';
import { finishInSlices } from '../../../../text/steps';
import { ItemType } from '../../../../ilink/wire';
import { nearestNumber } from '../../shared/number';

/** What to do with Markdown: keep what phones render, turn all of it into plain text, or change nothing. */
export type TextFormat = 'weChat' | 'plain' | 'asIs';

/** How a text becomes messages. */
export interface TextSettings {
  format: TextFormat;
  maxCharacters: number;
}

const LEAST_CHARACTERS = 100;
const MOST_CHARACTERS = 16_000;
/** How long a text may keep n8n's thread for itself. */
const SLICE_MS = 8;

/** Options of everything that sends text. */
export const textOptions: INodeProperties[] = [
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
    description:
      'What to do with Markdown and HTML in the text. What is not certain to be one of them stays as it is.',
  },
  {
    displayName: 'Max Characters per Message',
    name: 'maxCharacters',
    type: 'number',
    typeOptions: { minValue: LEAST_CHARACTERS, maxValue: MOST_CHARACTERS },
    default: DEFAULT_MAX_CHARACTERS,
    description:
      'A longer text is sent in parts, cut between paragraphs, lines or sentences. Each part counts as one of the 10 messages that WeChat allows after each message of the user.',
  },
];

const CHARACTERS = { least: LEAST_CHARACTERS, most: MOST_CHARACTERS };

/** @param options the node's parameter "Options"; what is missing or no number has its default */
export function textSettingsOf(options: object): TextSettings {
  const { format, maxCharacters } = options as Record<string, unknown>;
  return {
    format: (format as TextFormat | undefined) ?? 'weChat',
    maxCharacters: nearestNumber(maxCharacters, DEFAULT_MAX_CHARACTERS, CHARACTERS),
  };
}

/** The messages that a text, or the caption of a file, is sent as. At least one, in their order. */
export async function textParts(text: string, settings: TextSettings): Promise<Part[]> {
  const parts = await prepareText(text, settings);
  return parts.map((part) => ({ type: 'text', item: { type: ItemType.Text, text_item: { text: part } } }));
}

/** The texts of {@link textParts}. */
export function prepareText(text: string, settings: TextSettings): Promise<string[]> {
  const pace = { now: () => performance.now(), rest: () => rest(), sliceMs: SLICE_MS };
  return finishInSlices(prepareSteps(text, settings), pace);
}

function* prepareSteps(text: string, { format, maxCharacters }: TextSettings): Generator<void, string[]> {
  const formatted = format === 'asIs' ? text : yield* formatSteps(text, format);
  // Markup alone, such as a mail of HTML without a word, leaves nothing. Something has to arrive.
  const readable = formatted.trim() === '' ? text : formatted;
  const parts = yield* cutSteps(readable, { maxCharacters, maxBytes: MAX_TEXT_BYTES });
  return parts.map((part) => part.text);
}
