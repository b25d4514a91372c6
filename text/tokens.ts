import type MarkdownIt from 'markdown-it';

export type Token = ReturnType<MarkdownIt['parse']>[number];
export type InlineStateClass = MarkdownIt['inline']['State'];
export type InlineState = InstanceType<InlineStateClass>;
/** Reads what stands at `state.pos`, unless it is something else. */
export type InlineRule = (state: InlineState, silent: boolean) => boolean;
