import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { LAW_CASES } from '../laws.js';
import { toJson } from './json.js';
import { renderMarkdown } from './markdown.js';
import { plotLaw } from './plot.js';
import type { BenchReport } from './report.js';

/** The numbers. */
export async function writeJson(report: BenchReport, file: string): Promise<void> {
  await writeWhole(file, `${JSON.stringify(toJson(report), null, 2)}\n`);
}

/** The report, and beside it a picture for each law that has a line. */
export async function writeMarkdown(report: BenchReport, file: string): Promise<void> {
  const plots = new Map<string, string>();
  for (const { name, title } of LAW_CASES) {
    const rows = report.measurements.filter((row) => row.case === name && row.dtype === 'float32');
    const picture = plotLaw(title, rows);
    if (picture === undefined) continue;
    const pictureName = `${basename(file, extname(file))}-${name}.svg`;
    await writeWhole(join(dirname(file), pictureName), picture);
    plots.set(name, pictureName);
  }
  await writeWhole(file, renderMarkdown(report, plots));
}

/** A file that is there whole or not at all. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  await writeFile(part, text);
  await rename(part, file);
}
