import { onThisOrigin } from './api';
import { byId, el, icon } from './dom';
import { formatDuration, formatSize } from './format';
import type { SeenMedia, SeenMessage } from './types';

const viewer = byId('viewer', HTMLDialogElement);
const viewerImage = byId('viewer-image', HTMLImageElement);
const viewerDownload = byId('viewer-download', HTMLAnchorElement);

/** What a bubble shows for an image, a video, a voice message or a file. */
export function renderMedia(message: SeenMessage, media: SeenMedia): HTMLElement {
  const url = onThisOrigin(media.url);
  if (media.broken !== undefined) return renderFile(url, media, `Cannot be opened: ${media.broken}`);
  switch (media.kind) {
    case 'image':
      return renderImage(url, media);
    case 'video':
      return renderVideo(url, media);
    case 'voice':
      return renderVoice(url, media, media.transcript ?? message.text);
    default:
      return renderFile(url, media);
  }
}

function nameOf(media: SeenMedia): string {
  return media.name || media.kind;
}

function renderImage(url: string, media: SeenMedia): HTMLElement {
  const image = el('img', { src: url, alt: nameOf(media) });
  const button = el('button', {
    type: 'button',
    class: 'picture',
    'data-testid': 'message-image',
    'aria-label': `Open image ${media.name ?? ''}`.trim(),
  });
  button.append(image);
  button.addEventListener('click', () => openViewer(url, media));
  // Bytes that are no image are what a client with a wrong key sends: the person gets the file to look at.
  image.addEventListener('error', () => button.replaceWith(renderFile(url, media, 'Cannot be shown')));
  return button;
}

function openViewer(url: string, media: SeenMedia): void {
  viewerImage.src = url;
  viewerImage.alt = nameOf(media);
  viewerDownload.href = url;
  viewerDownload.download = nameOf(media);
  viewer.showModal();
}

function renderVideo(url: string, media: SeenMedia): HTMLElement {
  const video = el('video', {
    src: url,
    controls: true,
    playsinline: true,
    preload: 'metadata',
    'data-testid': 'message-video',
    'aria-label': `Video ${media.name ?? ''}`.trim(),
  });
  video.addEventListener('error', () => video.replaceWith(renderFile(url, media, 'Cannot be played')));
  return video;
}

/** No player: the sound is SILK, which no browser decodes. */
function renderVoice(url: string, media: SeenMedia, transcript: string | undefined): HTMLElement {
  const length = media.playtime_ms === undefined ? 'Voice' : formatDuration(media.playtime_ms);
  const line = el(
    'div',
    { class: 'voice-line' },
    icon('voice'),
    el('span', { class: 'voice-length', 'data-testid': 'voice-length' }, length),
    downloadLink(url, media),
  );
  const voice = el('div', { class: 'voice', 'data-testid': 'message-voice' }, line);
  if (transcript) voice.append(el('p', { class: 'transcript', 'data-testid': 'transcript' }, transcript));
  return voice;
}

function renderFile(url: string, media: SeenMedia, remark?: string): HTMLElement {
  const name = nameOf(media);
  const extension = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1] ?? media.kind;
  const size = formatSize(media.size);
  return el(
    'div',
    { class: 'file', 'data-testid': 'message-file' },
    el('span', { class: 'file-type', 'aria-hidden': true }, extension.toUpperCase()),
    el(
      'span',
      { class: 'file-about' },
      el('span', { class: 'file-name', title: name }, name),
      el('span', { class: 'file-size' }, remark ? `${size} · ${remark}` : size),
    ),
    ...(media.broken === undefined ? [downloadLink(url, media)] : []),
  );
}

function downloadLink(url: string, media: SeenMedia): HTMLElement {
  const name = nameOf(media);
  const label = `Download ${name}`;
  return el(
    'a',
    {
      class: 'icon-button',
      href: url,
      download: name,
      'aria-label': label,
      title: label,
      'data-testid': 'download',
    },
    icon('download'),
  );
}
