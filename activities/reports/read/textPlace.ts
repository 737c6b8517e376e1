/** Where in a file the text that comes in pieces stands: LF, CRLF and CR end a line, also where a piece ends between the two. Both 1-based, columns in characters. */
export class TextPlace {
  line = 1;
  column = 1;
  #afterReturn = false;

  /** Goes on behind `text`. */
  add(text: string): void {
    const from = this.#afterReturn && text.startsWith('\n') ? 1 : 0;
    if (text.length > 0) this.#afterReturn = text.endsWith('\r');
    for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) this.line++;
    for (let at = text.indexOf('\r', from); at >= 0; at = text.indexOf('\r', at + 1)) if (text[at + 1] !== '\n') this.line++;
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    this.column = end < from ? this.column + text.length - from : text.length - end;
  }

  /** The place behind `text`, without going there. */
  after(text: string): { line: number; column: number } {
    const there = new TextPlace();
    there.line = this.line;
    there.column = this.column;
    there.#afterReturn = this.#afterReturn;
    there.add(text);
    return { line: there.line, column: there.column };
  }
}
