import type MarkdownIt from 'markdown-it';

export type Token = ReturnType<MarkdownIt['parse']>[number];
export type InlineState = InstanceType<MarkdownIt['inline']['State']>;
/** Reads what stands at `state.pos`, unless it is something else. */
export type InlineRule = (state: InlineState, silent: boolean) => boolean;
