// What was measured in the viewer, for the fields of a template.

/** @typedef {{label: string, value: string, unit: string}} MeasuredValue `unit` in UCUM */

/** @type {() => MeasuredValue[]} */
let source = () => [];

/** @param {() => MeasuredValue[]} values those there are when asked */
export function offerMeasuredValues(values) {
  source = values;
}

/** @param {string} unit @returns {MeasuredValue[]} those that a field of this unit can take */
export function measuredValues(unit) {
  return source().filter((value) => value.unit === unit);
}
