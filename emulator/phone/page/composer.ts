import { write } from './api';
import { addAttachments, firstAttachment, readAttachment, removeAttachment } from './attachments';
import { byId, reason } from './dom';
import { hideNotice, showNotice } from './notice';
import { chosenQuote, dropQuote, setUpQuoting } from './quoting';
import type { Conversation } from './types';

const form = byId('composer', HTMLFormElement);
const text = byId('text', HTMLTextAreaElement);
const send = byId('send', HTMLButtonElement);
const attach = byId('attach', HTMLButtonElement);
const fileInput = byId('file-input', HTMLInputElement);

let current: () => Conversation | undefined;
let sending = false;

/** Wires the composer; `conversation` tells where a message goes at the moment it is sent. */
export function setUpComposer(conversation: () => Conversation | undefined): void {
  current = conversation;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  text.addEventListener('input', fitHeight);
  text.addEventListener('keydown', (event) => {
    // While an input method composes (Chinese!), Enter chooses a character and must not send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  attach.addEventListener('click', () => fileInput.click());
  fileInput.addEventListener('change', () => {
    addAttachments(fileInput.files ?? []);
    fileInput.value = '';
    text.focus();
  });
  takePastedAndDroppedFiles();
  setUpQuoting();
}

/** Without a conversation there is nobody to write to. */
export function enableComposer(on: boolean): void {
  for (const control of [text, send, attach]) control.disabled = !on;
}

function takePastedAndDroppedFiles(): void {
  text.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    addAttachments(files);
  });
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    if (current() !== undefined) addAttachments(event.dataTransfer?.files ?? []);
  });
}

function fitHeight(): void {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight}px`;
}

async function submit(): Promise<void> {
  const conversation = current();
  if (conversation === undefined || sending) return;
  sending = true;
  form.setAttribute('aria-busy', 'true');
  try {
    await sendAll(conversation);
    hideNotice();
  } catch (error) {
    showNotice(`Not sent: ${reason(error)}`);
  } finally {
    sending = false;
    form.removeAttribute('aria-busy');
  }
}

/**
 * Each file and the text is a message of its own, as WeChat has no captions. What is sent leaves the composer at
 * once, so that after a failure only the rest is still there to be sent again.
 */
async function sendAll(conversation: Conversation): Promise<void> {
  for (let next = firstAttachment(); next !== undefined; next = firstAttachment()) {
    await write(conversation, { media: await readAttachment(next) });
    removeAttachment(next);
  }
  const words = text.value;
  if (words.trim() === '') return;
  text.value = '';
  fitHeight();
  try {
    const quote = chosenQuote();
    await write(conversation, { text: words, ...(quote && { quote }) });
    dropQuote();
  } catch (error) {
    text.value = text.value === '' ? words : `${words}\n${text.value}`;
    fitHeight();
    throw error;
  }
}
