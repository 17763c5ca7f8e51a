import Table from 'cli-table3';
import type { Colors } from './colors.ts';
import { formatNumber } from './format.ts';
import type { CliTable } from './services.ts';

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

function cell(value: string | number | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value) : value;
}

/** True where every filled cell of the column is a number. */
function isNumeric(table: CliTable, column: number): boolean {
  const cells = table.rows.map((row) => row[column] ?? null).filter((value) => value !== null);
  return cells.length > 0 && cells.every((value) => typeof value === 'number');
}

/** The table as lines for a terminal: columns aligned, numbers to the right, no borders. */
export function formatTable(table: CliTable, colors: Colors): string {
  const made = new Table({
    head: table.columns.map((column) => colors.bold(column.title)),
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: table.columns.map((column, i) => column.align ?? (isNumeric(table, i) ? 'right' : 'left')),
  });
  made.push(...table.rows.map((row) => row.map(cell)));
  const lines = made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return (table.title === undefined ? lines : [colors.bold(table.title), ...lines]).join('\n');
}
