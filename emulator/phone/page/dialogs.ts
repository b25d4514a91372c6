/**
 * What all dialogs share: a close button, and a click beside the dialog closes it. Escape and the focus trap
 * are the browser's.
 */
export function setUpDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.querySelector('[data-close]')?.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
  }
}
