import type { Pixels } from './qr-code';

/** Photos of phones are larger than a code needs, and take long to search. */
const LONGEST_SIDE = 1600;

/** Hands on every picture that is chosen with `input`, pasted or dropped while `dialog` is open. */
export function takePictures(
  dialog: HTMLDialogElement,
  input: HTMLInputElement,
  take: (picture: File) => void,
): void {
  const takeFirst = (files: FileList | null | undefined): boolean => {
    const picture = [...(files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (picture !== undefined) take(picture);
    return picture !== undefined;
  };
  input.addEventListener('change', () => {
    takeFirst(input.files);
    // The same file once more is a change, too.
    input.value = '';
  });
  dialog.addEventListener('paste', (event) => {
    if (takeFirst(event.clipboardData?.files)) event.preventDefault();
  });
  dialog.addEventListener('drop', (event) => {
    event.preventDefault();
    // The composer behind the dialog would take it for an attachment.
    event.stopPropagation();
    takeFirst(event.dataTransfer?.files);
  });
}

/** The pixels of a picture on white, so that a code without a background is one. Throws when it cannot be opened. */
export async function pixelsOf(picture: File): Promise<Pixels> {
  const image = await open(picture);
  const longest = Math.max(image.naturalWidth, image.naturalHeight);
  const scale = Math.min(1, LONGEST_SIDE / longest);
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser has no canvas.');
  context.fillStyle = 'white';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function open(picture: File): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(picture);
  const image = new Image();
  return new Promise<HTMLImageElement>((resolve, reject) => {
    image.addEventListener('load', () => resolve(image));
    image.addEventListener('error', () =>
      reject(new Error(`${picture.name} cannot be opened as a picture.`)),
    );
    image.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}
