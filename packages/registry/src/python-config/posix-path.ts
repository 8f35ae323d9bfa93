/** `posixpath.join`: an absolute part starts anew. */
export function joinPosix(parts: readonly string[]): string {
  return parts.reduce((path, part, index) => {
    if (index === 0 || part.startsWith('/')) return part;
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
  }, '');
}

/** `posixpath.split`: folder and name. */
export function splitPosix(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf('/') + 1;
  const head = path.slice(0, at);
  return [/^\/*$/.test(head) ? head : head.replace(/\/+$/, ''), path.slice(at)];
}

/** `posixpath.splitext`: all but the ending, and the ending. Leading dots start no ending. */
export function splitExtension(path: string): [stem: string, ending: string] {
  const [, ending = ''] = /(?:^|\/)\.*[^/]*?[^/.][^/]*?(\.[^./]*)$/.exec(path) ?? [];
  return [path.slice(0, path.length - ending.length), ending];
}

/** `posixpath.normpath`. */
export function normalizePosix(path: string): string {
  const root = /^\/\/(?!\/)/.test(path) ? '//' : path.startsWith('/') ? '/' : '';
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || kept.at(-1) === '..' || (kept.length === 0 && root === '')) kept.push(part);
    else kept.pop();
  }
  return root + kept.join('/') || '.';
}
