import { styleText } from 'node:util';
import type { Colour, Column } from './column.ts';
import { csvHead, csvLines } from './csv.ts';
import { printable } from './printable.ts';
import { renderTable } from './table.ts';

/** Who reads: a person, or a program. */
export type Format = 'human' | 'json' | 'csv';

/** A table under way. */
export interface OpenList<Row> {
  add(rows: readonly Row[]): void;
  /** @param document what JSON has beside the rows */
  end(document: Readonly<Record<string, unknown>>): void;
}

/** Standard output, in the format that was asked for. */
export class Output {
  readonly format: Format;
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream, format: Format) {
    this.#stream = stream;
    this.format = format;
  }

  /** Whether a person looks at it just now. */
  get isTerminal(): boolean {
    return this.#stream.isTTY === true;
  }

  /** A line for people. */
  line(text = ''): void {
    this.#stream.write(`${text}\n`);
  }

  /** The document that programs get. */
  json(document: unknown): void {
    this.raw(`${safeJson(document, 2)}\n`);
  }

  /** A document on one line, for programs that read them one after the other. */
  jsonLine(document: unknown): void {
    this.raw(`${safeJson(document)}\n`);
  }

  /** Rows in the format that was asked for, but for JSON, which has a document of its own. */
  table<Row>(rows: readonly Row[], columns: ReadonlyArray<Column<Row>>, head = true): void {
    if (this.format === 'csv') {
      this.#stream.write(csvHead(columns) + csvLines(rows, columns));
      return;
    }
    if (rows.length === 0) return;
    // A terminal that does not know its width says 0.
    const width = this.isTerminal ? this.#stream.columns || 80 : null;
    this.line(renderTable(rows, columns, { stream: this.#stream, width, head }));
  }

  /**
   * A table that comes in parts. As JSON it is a document with `items` and what `end` is given. For
   * people the columns of each part are as wide as it takes, and the head comes once.
   */
  openList<Row>(columns: ReadonlyArray<Column<Row>>): OpenList<Row> {
    let count = 0;
    if (this.format === 'json') this.raw('{\n  "items": [');
    if (this.format === 'csv') this.raw(csvHead(columns));
    return {
      add: (rows) => {
        if (this.format === 'csv') this.raw(csvLines(rows, columns));
        else if (this.format === 'human') this.table(rows, columns, count === 0);
        else {
          for (const [at, row] of rows.entries()) {
            this.raw(`${count + at > 0 ? ',' : ''}\n    ${safeJson(row)}`);
          }
        }
        count += rows.length;
      },
      end: (document) => {
        if (this.format !== 'json') return;
        const rest = Object.entries(document).map(
          ([name, value]) => `,\n  ${JSON.stringify(name)}: ${safeJson(value)}`,
        );
        this.raw(`${count > 0 ? '\n  ' : ''}]${rest.join('')}\n}\n`);
      },
    };
  }

  /** Fields and their values, one a line, for people. */
  fields(entries: ReadonlyArray<readonly [name: string, value: string | null | undefined]>): void {
    const shown = entries.filter((entry): entry is [string, string] => Boolean(entry[1]));
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    for (const [name, value] of shown) {
      this.line(`${this.paint('dim', name.padEnd(width))}  ${value}`);
    }
  }

  /** Colours a text where the terminal and NO_COLOR allow it. */
  paint(colour: Colour, text: string): string {
    return styleText(colour, text, { stream: this.#stream });
  }

  /** Text from the inventory, safe to show. */
  safe(text: string): string {
    return printable(text);
  }

  /** Text as it is: what has been laid out already, or must stay as it is. */
  raw(text: string): void {
    this.#stream.write(text);
  }
}

/** JSON without what a terminal would obey: JSON itself escapes the older control characters alone. */
function safeJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
