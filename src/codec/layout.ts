/** What a codec says of itself: enough to print a table of the bytes, and to find annotated parts. */
export interface Layout {
  /** In words: `unsigned decimal`, `16-bit big-endian`, `÷ 100`. */
  readonly text: string;
  /** Count of bytes, where it is always the same. */
  readonly width?: number;
  /** The parts of a structure in order, or of flags (with no width of their own). */
  readonly parts?: readonly LayoutPart[];
  /** The inner layout of a wrapper: the item of a list, what is scaled, what may be absent. */
  readonly of?: Layout;
  /** True where the value is a list of `of`. */
  readonly repeated?: boolean;
  /** The words that it reads as, where it reads as nothing else. */
  readonly words?: readonly string[];
  /** What an upper layer attached (see `annotate`). */
  readonly note?: Note;
}

/** A named part of a structure. */
export interface LayoutPart {
  readonly name: string;
  readonly layout: Layout;
}

/** What an upper layer knows of a part; the codec itself only carries it. */
export interface Note {
  /** What people call it. */
  readonly title: string;
}

/** The layout in one line: `unsigned decimal ÷ 100`. */
export function layoutText(layout: Layout): string {
  return layout.of === undefined ? layout.text : `${layoutText(layout.of)} ${layout.text}`.trim();
}

/** The closed set of words that a layout reads as, looking through wrappers; undefined for anything else, and for lists. */
export function wordsOf({ words, of, repeated }: Layout): readonly string[] | undefined {
  return words ?? (of === undefined || repeated === true ? undefined : wordsOf(of));
}

/** The note of a layout, looking through wrappers, or undefined. */
export function noteOf(layout: Layout): Note | undefined {
  return layout.note ?? (layout.of === undefined || layout.repeated === true ? undefined : noteOf(layout.of));
}
