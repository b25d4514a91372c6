import { evidenceSteps, type Evidence } from '../../../text/evidence';
import { formatSteps } from '../../../text/markdown';
import { cutSteps, type TextLimits, type TextPart } from '../../../text/split';
import type { Token } from '../../../text/tokens';

/** The work on texts without a rest: what is published does it in steps. */
export function finish<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export const forWeChat = (markdown: string): string => finish(formatSteps(markdown, 'weChat'));
export const toPlain = (markdown: string): string => finish(formatSteps(markdown, 'plain'));

export const cutText = (text: string, limits: Partial<TextLimits> = {}): TextPart[] =>
  finish(cutSteps(text, limits));
export const splitText = (text: string, limits: Partial<TextLimits> = {}): string[] =>
  cutText(text, limits).map((part) => part.text);

export const evidenceOf = (tokens: Iterable<Token>): Evidence => finish(evidenceSteps(tokens));
