import { byId, el, icon } from './dom';
import { formatSize, kindOf } from './format';
import type { MediaKind, OutgoingMedia } from './types';

interface Attachment {
  file: File;
  item: HTMLLIElement;
  kind: HTMLSelectElement;
  seconds: HTMLInputElement;
  transcript: HTMLInputElement;
}

const KINDS: Record<MediaKind, string> = { image: 'Image', video: 'Video', file: 'File', voice: 'Voice' };

const list = byId('attachments', HTMLUListElement);
const chosen: Attachment[] = [];

/** Files that wait in the composer, each with the kind of message it will be sent as. */
export function addAttachments(files: Iterable<File>): void {
  for (const file of files) {
    const attachment = createAttachment(file);
    chosen.push(attachment);
    list.append(attachment.item);
  }
  list.hidden = chosen.length === 0;
}

export function firstAttachment(): Attachment | undefined {
  return chosen[0];
}

export function removeAttachment(attachment: Attachment): void {
  const index = chosen.indexOf(attachment);
  if (index >= 0) chosen.splice(index, 1);
  const image = attachment.item.querySelector('img');
  if (image !== null) URL.revokeObjectURL(image.src);
  attachment.item.remove();
  list.hidden = chosen.length === 0;
}

/** The attachment as the control API takes it. Throws when the file cannot be read (any more). */
export async function readAttachment({
  file,
  kind,
  seconds,
  transcript,
}: Attachment): Promise<OutgoingMedia> {
  const media: OutgoingMedia = {
    kind: kind.value as MediaKind,
    name: file.name,
    base64: await readBase64(file),
  };
  if (media.kind !== 'voice') return media;
  const text = transcript.value.trim();
  return {
    ...media,
    playtime_ms: Math.round(Number(seconds.value) * 1000),
    ...(text && { transcript: text }),
  };
}

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}

function createAttachment(file: File): Attachment {
  const kind = el('select', { 'aria-label': `Send ${file.name} as`, 'data-testid': 'attachment-kind' });
  for (const [value, label] of Object.entries(KINDS)) kind.append(el('option', { value }, label));
  kind.value = kindOf(file);
  const seconds = el('input', {
    type: 'number',
    min: 1,
    max: 60,
    value: 3,
    'aria-label': `Seconds of ${file.name}`,
  });
  const transcript = el('input', {
    type: 'text',
    placeholder: 'Transcript',
    'aria-label': `Transcript of ${file.name}`,
  });
  const voice = el('span', { class: 'attachment-voice' }, seconds, 's', transcript);
  const showVoice = () => (voice.hidden = kind.value !== 'voice');
  kind.addEventListener('change', showVoice);
  showVoice();
  const remove = el('button', { type: 'button', class: 'icon-button', 'aria-label': `Remove ${file.name}` });
  remove.append(icon('close'));
  const about = el('span', { class: 'file-about' });
  about.append(el('span', { class: 'file-name', title: file.name }, file.name));
  about.append(el('span', { class: 'file-size' }, formatSize(file.size)));
  const item = el('li', { 'data-testid': 'attachment' }, thumbnail(file), about, kind, remove, voice);
  const attachment = { file, item, kind, seconds, transcript };
  remove.addEventListener('click', () => removeAttachment(attachment));
  return attachment;
}

function thumbnail(file: File): HTMLElement {
  if (file.type.startsWith('image/')) {
    return el('img', { src: URL.createObjectURL(file), alt: '', class: 'thumbnail' });
  }
  const extension = /\.([a-z0-9]{1,4})$/i.exec(file.name)?.[1] ?? 'file';
  return el('span', { class: 'file-type', 'aria-hidden': true }, extension.toUpperCase());
}
