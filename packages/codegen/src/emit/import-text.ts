import { quote } from './names.js';

/** Width of lines, as formatters are told mostly. */
export const WIDTH = 120;

/** An import of names: on one line where it fits. */
export function importText(keyword: 'import' | 'import type', names: readonly string[], from: string): string {
  const line = `${keyword} { ${names.join(', ')} } from ${quote(from)};\n`;
  if (line.length <= WIDTH + 1) return line;
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from ${quote(from)};\n`;
}
