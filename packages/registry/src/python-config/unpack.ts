import { PythonFault } from './fault.js';
import type { Expression, SequenceExpression } from './syntax.js';
import { type Place, PyList, type Slot } from './values.js';

/** Which of the targets gets which value; one target may take a `*`, and gets a list of what is left. */
export function unpack(target: SequenceExpression, slots: readonly Slot[], place: Place): [Expression, Slot][] {
  const { items } = target;
  const star = items.findIndex((item) => item.spread);
  const fits = star < 0 ? slots.length === items.length : slots.length >= items.length - 1;
  if (!fits) throw new PythonFault(`${slots.length} values are given to ${items.length} names`);
  const behind = star < 0 ? 0 : items.length - star - 1;
  return items.flatMap((item, at): [Expression, Slot][] => {
    if (at === star) {
      return [[item.value, { value: new PyList(slots.slice(star, slots.length - behind)), place }]];
    }
    const slot = slots[star >= 0 && at > star ? slots.length - (items.length - at) : at];
    return slot === undefined ? [] : [[item.value, slot]];
  });
}
