/** As a ref: the element takes the focus once, as it appears. */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true });
}

/** The same, with what stands in the field selected, so that typing replaces it. */
export function selectOnMount(element: HTMLInputElement | null): void {
  element?.focus({ preventScroll: true });
  element?.select();
}
