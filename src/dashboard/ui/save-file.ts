/** Lets a person keep a text that was made in this page as a file. */
export function saveFile(name: string, text: string): void {
  const place = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = place;
  link.download = name;
  link.click();
  // The browser has taken it up by then.
  setTimeout(() => URL.revokeObjectURL(place), 1_000);
}
