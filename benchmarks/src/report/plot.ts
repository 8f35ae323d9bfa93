import { COLUMNS, type Column, HEADINGS } from '../columns.js';
import { type Measurement, spreadOf } from '../measurement.js';
import { short, sizeText } from './table.js';

const WIDTH = 760;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 210;
const TOP = 44;
const BOTTOM = 52;

/** Ours are drawn thick, peers thin; the palette can be told apart by those who see few colours. */
const STYLES: Readonly<Record<Column, { readonly colour: string; readonly width: number }>> = {
  threads1: { colour: '#0072b2', width: 2.5 },
  threadsN: { colour: '#d55e00', width: 2.5 },
  gpu: { colour: '#000000', width: 2.5 },
  threads1Fresh: { colour: '#7fb8d8', width: 2 },
  threadsNFresh: { colour: '#eaae7f', width: 2 },
  torch1: { colour: '#cc79a7', width: 1.2 },
  torch: { colour: '#882255', width: 1.2 },
  jax: { colour: '#009e73', width: 1.2 },
  numpy: { colour: '#b8a200', width: 1.2 },
  tfjs: { colour: '#777777', width: 1.2 },
  tfjsWebgpu: { colour: '#aaaaaa', width: 1.2 },
};

interface Line {
  readonly column: Column;
  readonly points: readonly { readonly size: number; readonly rate: number }[];
}

/** Throughput against size of one law, both logarithmic, as an SVG picture; undefined when there is no line to draw. */
export function plotLaw(title: string, rows: readonly Measurement[]): string | undefined {
  const lines = COLUMNS.map((column): Line => {
    const points = rows.flatMap((row) => {
      const rate = spreadOf(row, column)?.median;
      return rate === undefined ? [] : [{ size: row.size, rate }];
    });
    return { column, points };
  }).filter(({ points }) => points.length > 1);
  const points = lines.flatMap((line) => line.points);
  if (points.length === 0) return undefined;
  const x = scale(
    points.map(({ size }) => Math.log2(size)),
    [LEFT, WIDTH - RIGHT],
  );
  const decades = points.map(({ rate }) => Math.log10(rate));
  const low = Math.floor(Math.min(...decades));
  const high = Math.max(low + 1, Math.ceil(Math.max(...decades)));
  const y = scale([low, high], [HEIGHT - BOTTOM, TOP]);
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
  const body = [
    text({ x: LEFT, y: 20, size: 15, anchor: 'start' }, title),
    ...Array.from({ length: high - low + 1 }, (_, step) => rateTick(10 ** (low + step), y(low + step))),
    ...sizes.map((size) => sizeTick(size, x(Math.log2(size)))),
    text({ x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 10, size: 12, anchor: 'middle' }, 'elements'),
    text({ x: LEFT, y: TOP - 6, size: 12, anchor: 'start' }, 'million elements a second'),
    ...lines.flatMap((line, index) => drawn(line, { x, y, index })),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${body.join('\n')}
</svg>
`;
}

type Scale = (value: number) => number;

function scale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => (high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from));
}

function rateTick(rate: number, y: number): string {
  return [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}" stroke="#dddddd"/>`,
    text({ x: LEFT - 8, y: y + 4, size: 12, anchor: 'end' }, short(rate)),
  ].join('\n');
}

function sizeTick(size: number, x: number): string {
  return [
    `<line x1="${round(x)}" x2="${round(x)}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM + 5}" stroke="#555555"/>`,
    text({ x, y: HEIGHT - BOTTOM + 20, size: 12, anchor: 'middle' }, sizeText(size)),
  ].join('\n');
}

function drawn({ column, points }: Line, { x, y, index }: { x: Scale; y: Scale; index: number }): readonly string[] {
  const { colour, width } = STYLES[column];
  const at = points.map(({ size, rate }) => [round(x(Math.log2(size))), round(y(Math.log10(rate)))] as const);
  const legend = TOP + 8 + index * 20;
  const start = WIDTH - RIGHT + 16;
  return [
    `<polyline points="${at.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="${width}"/>`,
    ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${colour}"/>`),
    `<line x1="${start}" x2="${start + 20}" y1="${legend}" y2="${legend}" stroke="${colour}" stroke-width="${width}"/>`,
    text({ x: start + 26, y: legend + 4, size: 12, anchor: 'start' }, HEADINGS[column]),
  ];
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

function text({ x, y, size, anchor }: TextPlace, words: string): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="#222222">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
