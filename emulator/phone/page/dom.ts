type Attributes = Record<string, string | number | boolean | undefined>;

/** The element of index.html with this id; throws when page and script do not fit each other. */
export function byId<T extends Element = HTMLElement>(id: string, type?: new () => T): T {
  const found = document.getElementById(id);
  if (found === null || (type !== undefined && !(found instanceof type))) {
    throw new Error(`index.html has no ${type?.name ?? 'element'} #${id}`);
  }
  return found as unknown as T;
}

/**
 * A new element. Children given as strings become text nodes and attributes are set by name, so text of a
 * message can never turn into markup. `undefined` and `false` leave an attribute out.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One of the symbols at the top of index.html, by the part of its id after `icon-`. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Sets text only when it differs: a live region announces every write, also one that changes nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows `text` in an element that is hidden while there is nothing to say. */
export function showOrHide(element: HTMLElement, text: string | undefined): void {
  setText(element, text ?? '');
  element.hidden = text === undefined;
}

/** The message of whatever was thrown. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
