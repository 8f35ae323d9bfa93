/** What counts as one word: `ReLU`, a word with its dimensions (`Conv2D`), an acronym, a word, a number. */
const WORD = /P?ReLU|(?:[A-Z]+|[A-Z]?[a-z]+)\d+D(?![a-z])|[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^A-Za-z\d_\s.-]+/gu;

/** `Conv2D` → `conv2d`, `LSTMCell` → `lstmCell`, `Caffe2Xavier` → `caffe2Xavier`. */
export function camelCase(name: string): string {
  const [first = name, ...rest] = name.match(WORD) ?? [];
  return [first.toLowerCase(), ...rest.map((word) => pascalWord(word.toLowerCase()))].join('');
}

/** The first letter in upper case. */
export function pascalWord(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
